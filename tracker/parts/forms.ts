import type { Options, Track } from '../options.ts';
import type { Listen } from '../page-tracker.ts';
import { marksOf } from './marks.ts';

/** Forms that are sent: as the event that one is marked as, else as `Form: Submission`. */
export function watchForms(options: Options, call: Track, listen: Listen): void {
  listen(
    'submit',
    (event) => {
      const { name, options: given } = marksOf(event.target as Element);
      if (name) call(name, given);
      else if (options.formSubmissions) call('Form: Submission');
    },
    document,
  );
}

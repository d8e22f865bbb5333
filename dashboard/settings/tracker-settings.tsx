import { useEffect, useId, useState } from 'preact/hooks';
import { type ApiError, api } from '../api/client.ts';
import type { Script } from '../api/types.ts';
import { showCount } from '../model/numbers.ts';
import { scriptFor, type TagSwitch, tagSwitches, trackerTag } from '../model/tracker-tag.ts';
import { publicUrl } from '../state/app-state.ts';
import { trackerTexts } from '../texts/texts.ts';
import { Copy } from '../ui/copy.tsx';

/** The tag for a site's pages, with what is to be counted by itself. Nothing of it is stored. */
export function TrackerSettings({ domain }: { domain: string }) {
  const [scripts, setScripts] = useState<readonly Script[]>([]);
  const [problem, setProblem] = useState<ApiError | undefined>();
  const [on, setOn] = useState<ReadonlySet<TagSwitch>>(new Set());
  useEffect(() => {
    api.scripts().then(setScripts, setProblem);
  }, []);
  const script = scriptFor(on, scripts);
  const change = (one: TagSwitch, isOn: boolean) =>
    setOn(new Set(tagSwitches.filter((other) => (other === one ? isOn : on.has(other)))));
  return (
    <>
      <div class="form">
        {tagSwitches.map((one) => (
          <Switch name={one} key={one} isOn={on.has(one)} onChange={(isOn) => change(one, isOn)} />
        ))}
      </div>
      <p class="bad" role="alert">
        {problem?.message}
      </p>
      {script !== undefined && (
        <section aria-labelledby="tracker-tag">
          <h3 id="tracker-tag">{trackerTexts.tag}</h3>
          <Copy text={trackerTag(publicUrl.value, domain, on, script)} name={trackerTexts.tag} />
          <p class="soft" role="status">
            {trackerTexts.size(showCount(script.bytes))}
          </p>
        </section>
      )}
    </>
  );
}

type SwitchProps = {
  readonly name: TagSwitch;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
};

function Switch({ name, isOn, onChange }: SwitchProps) {
  const id = useId();
  const [label, help] = trackerTexts.switches[name];
  return (
    <div class="field">
      <label class="switch">
        <input
          type="checkbox"
          aria-describedby={id}
          checked={isOn}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />{' '}
        {label}
      </label>
      <small id={id}>{help}</small>
    </div>
  );
}

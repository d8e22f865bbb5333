export { downloadTexts } from './download.ts';
export { intl, language, plural } from './language.ts';
export { liveTexts } from './live.ts';
export { visitTexts } from './visits.ts';

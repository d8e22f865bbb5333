export { accountTexts } from './account.ts';
export { auditTexts } from './audit.ts';
export { downloadTexts } from './download.ts';
export { filterTexts } from './filters.ts';
export {
  annotationTexts,
  eraseTexts,
  exportTexts,
  goalTexts,
  keptTexts,
  ownVisitTexts,
  segmentSettingTexts,
  shareSettingTexts,
} from './kept-settings.ts';
export { intl, language, plural } from './language.ts';
export { liveTexts } from './live.ts';
export { mapTexts } from './map.ts';
export {
  comparedTexts,
  compareTexts,
  conversionTexts,
  dimensionTexts,
  intervalTexts,
  metricTexts,
  nameTexts,
  numberTexts,
  operatorTexts,
  rangeTexts,
} from './names.ts';
export { notificationTexts } from './notifications.ts';
export { pageViewTexts } from './page-views.ts';
export { panelTexts, panelViewTexts, propertyTabTexts, tabTexts } from './panels.ts';
export { keySettingTexts, peopleTexts, roleTexts } from './people.ts';
export { privacyTexts } from './privacy.ts';
export { chartTexts, fileTexts, listTexts, reportTexts, timeTexts } from './report.ts';
export { robotTexts } from './robots.ts';
export { settingsTexts } from './settings.ts';
export { dropTexts, setupTexts, whyTexts } from './setup.ts';
export { linkFieldTexts, linkMadeTexts, linkTexts, lockedTexts, shareTexts } from './share.ts';
export {
  addSiteTexts,
  commandTexts,
  keyTexts,
  paletteTexts,
  shellTexts,
  siteListTexts,
} from './shell.ts';
export { signFormTexts, signInTexts, signUpTexts } from './sign-in.ts';
export { trackerTexts } from './tracker.ts';
export { visitTexts } from './visits.ts';

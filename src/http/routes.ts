import { annotationRoutes } from './annotation-routes.ts';
import { auditRoutes } from './audit-routes.ts';
import { withDocs } from './collect-docs.ts';
import { collectRoutes } from './collect-routes.ts';
import { customPropsRoutes } from './custom-props-routes.ts';
import { erasureRoutes } from './erasure-routes.ts';
import { gapRoutes } from './gap-routes.ts';
import { goalRoutes } from './goal-routes.ts';
import { goatcounterExportRoutes } from './goatcounter/export.ts';
import { goatcounterStatsRoutes } from './goatcounter/stats.ts';
import { guestRoutes } from './guest-routes.ts';
import { healthDetailsRoutes } from './health-details-route.ts';
import { healthRoutes } from './health-routes.ts';
import { keyRoutes } from './key-routes.ts';
import { liveRoutes } from './live-routes.ts';
import { meRoutes } from './me-routes.ts';
import { meSecretRoutes } from './me-secret-routes.ts';
import { metricsRoutes } from './metrics-routes.ts';
import { notificationRoutes } from './notification-routes.ts';
import { openIdRoutes } from './openid-routes.ts';
import { peopleRoutes } from './people-routes.ts';
import { privacyRoutes } from './privacy-routes.ts';
import { readRoutes } from './read-routes.ts';
import { removalRoutes } from './removal-routes.ts';
import { reportRoutes } from './report-routes.ts';
import type { Route } from './route.ts';
import { scriptRoutes } from './script-routes.ts';
import { segmentRoutes } from './segment-routes.ts';
import { sessionRoutes } from './session-routes.ts';
import { sharedLinkRoutes } from './shared-link-routes.ts';
import { sharedRoutes } from './shared-routes.ts';
import { signInRoutes } from './sign-in-routes.ts';
import { signUpRoutes } from './sign-up-routes.ts';
import { siteRoutes } from './site-routes.ts';
import { sqlRoutes } from './sql-route.ts';
import { statsV1Routes } from './stats-v1-routes.ts';
import { umamiRowsRoutes } from './umami/rows.ts';
import { umamiSiteRoutes } from './umami/sites.ts';
import { umamiStatsRoutes } from './umami/stats.ts';
import { unsubscribeRoutes } from './unsubscribe-routes.ts';
import { visitRoutes } from './visit-routes.ts';
import { visitorRoutes } from './visitor-route.ts';

/**
 * The table of routes: who may call each, what it takes and gives, its limits, its handler. The
 * router, the rights, the tests of access and the description at `/api/openapi.json` come from it.
 * Goals and what is live stand before sites, whose paths would match theirs.
 */
export const routes: readonly Route[] = [
  ...withDocs(collectRoutes),
  ...withDocs(healthRoutes),
  ...healthDetailsRoutes,
  ...metricsRoutes,
  ...readRoutes,
  ...reportRoutes,
  ...statsV1Routes,
  ...visitRoutes,
  ...sessionRoutes,
  ...signInRoutes,
  ...signUpRoutes,
  ...openIdRoutes,
  ...meRoutes,
  ...meSecretRoutes,
  ...peopleRoutes,
  ...keyRoutes,
  ...auditRoutes,
  ...scriptRoutes,
  ...goalRoutes,
  ...customPropsRoutes,
  ...guestRoutes,
  ...segmentRoutes,
  ...annotationRoutes,
  ...gapRoutes,
  ...notificationRoutes,
  ...unsubscribeRoutes,
  ...sharedLinkRoutes,
  ...sharedRoutes,
  ...sqlRoutes,
  ...erasureRoutes,
  ...removalRoutes,
  ...privacyRoutes,
  ...withDocs(visitorRoutes),
  ...goatcounterStatsRoutes,
  ...goatcounterExportRoutes,
  ...umamiSiteRoutes,
  ...umamiStatsRoutes,
  ...umamiRowsRoutes,
  ...liveRoutes,
  ...siteRoutes,
];

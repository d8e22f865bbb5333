/** Rows of what people asked to be sent of sites (`notify/subscriptions.ts`), by site and id. */
export const subscriptionPartition = 'notify';

/** Those of one site: `0` follows `/`. */
export const subscriptionsOf = (siteId: string) => ({ from: `${siteId}/`, to: `${siteId}0` });

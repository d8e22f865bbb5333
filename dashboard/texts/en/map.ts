/** The map of the world. */
export const mapTexts = {
  title: (metric: string) => `Map of the world: ${metric.toLowerCase()} by country`,
  country: (name: string, value: string, beside: string | undefined) =>
    `${name}: ${value}${beside === undefined ? '' : `, ${beside}`}`,
  notOnMap: (places: readonly { readonly name: string; readonly value: string }[]) =>
    `Not on the map: ${places.map(({ name, value }) => `${name} ${value}`).join(', ')}`,
};

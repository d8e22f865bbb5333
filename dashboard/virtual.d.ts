/** Made at the build, by `drawn.ts`. */
declare module 'virtual:world' {
  export const world: import('../scripts/world.mjs').World;
}

declare module 'virtual:pictures' {
  export const table: import('./pictures/find.ts').Table;
}

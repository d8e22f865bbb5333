/** Where messages go, besides to a person's own address. */
export type Target =
  | { readonly channel: 'mail' }
  /** `secret`: what the receiver checks the signature by. */
  | { readonly channel: 'webhook'; readonly url: string; readonly secret: string }
  | { readonly channel: 'slack' | 'discord'; readonly url: string }
  | {
      readonly channel: 'matrix';
      readonly url: string;
      readonly room: string;
      readonly token: string;
    }
  | { readonly channel: 'ntfy'; readonly url: string; readonly token?: string };

export type ChannelName = Target['channel'];

export const channelNames: readonly ChannelName[] = [
  ...(['mail', 'webhook', 'slack', 'discord', 'matrix', 'ntfy'] as const),
];

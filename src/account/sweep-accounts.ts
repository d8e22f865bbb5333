type Sweeping = { sweep(nowMs: number): Promise<void> };

/** Forgets what has run out of sessions, links and tries, and what is old of the audit log. */
export async function sweepAccounts(
  of: Readonly<Record<'sessions' | 'invitations' | 'signIn' | 'auditLog', Sweeping>>,
  nowMs: number,
): Promise<void> {
  for (const one of [of.sessions, of.invitations, of.signIn, of.auditLog]) await one.sweep(nowMs);
}

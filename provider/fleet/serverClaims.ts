/** Which binding of a run wants which servers: no other one is to give back their earlier key pair. */
export class ServerClaims {
  private readonly claimants = new Map<string, string>();

  claim(bindingId: string, serverIds: readonly string[]): void {
    for (const serverId of serverIds) this.claimants.set(serverId, bindingId);
  }

  isClaimedByOther(bindingId: string, serverId: string): boolean {
    return (this.claimants.get(serverId) ?? bindingId) !== bindingId;
  }
}

import { HuaweiCloudError } from "../errors/errors";

/** For how long a service that failed in spite of all repetitions is not given as many again; in milliseconds. */
const wariness = 10_000;

interface Outage {
  since: number;
  error: HuaweiCloudError;
}

/**
 * Services of which a call failed although it was repeated as often as calls are. An outage is waited out once, and not by one call after
 * the other: for a while each call is still sent, but once only, and the first that is answered ends that. Calls that waited while a
 * service fell silent fail with the one that was not answered.
 */
export class Outages {
  private readonly outages = new Map<string, Outage>();

  /** The error of a call that is not sent, because the service fell silent after it was asked for. */
  silenceSince(service: string, askedAt: number): HuaweiCloudError | undefined {
    const outage = this.outages.get(service);
    return outage !== undefined && outage.since > askedAt && outage.error.status === undefined
      ? outage.error
      : undefined;
  }

  /** Whether the repetitions of another call have just been in vain. */
  isOut(service: string): boolean {
    const outage = this.outages.get(service);
    return outage !== undefined && performance.now() < outage.since + wariness;
  }

  begin(service: string, error: HuaweiCloudError): void {
    this.outages.set(service, { since: performance.now(), error });
  }

  end(service: string): void {
    this.outages.delete(service);
  }
}

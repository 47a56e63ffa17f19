import { PartialFailure, type Context } from "../../contract";
import { messageOf } from "../../huawei/errors/errors";
import type { Kps } from "../../huawei/kps";
import { sendSettled } from "../../huawei/settle";
import type { GetKeypairResult } from "../../schema/types";
import { whileChanging } from "../cachedKeypair";
import { isSameKey, privateKeyAlone } from "../sshKeys";
import { isDescriptionChanged, isProtectionChanged } from "./difference";
import { heal, isReplacementSeen } from "./healing";
import { advising } from "./inputAdvice";
import { getPatiently, observe } from "./observation";
import type { KeypairInputs, KeypairState } from "./state";

/** Brings the pair that the state knows to what is wanted. */
export function bringTo(context: Context, olds: KeypairState, news: KeypairInputs): Promise<KeypairState> {
  const state = {
    ...olds,
    ...news,
    publicKey: news.publicKey ?? olds.publicKey,
    // What the service holds; converge brings it to what is wanted.
    description: olds.description,
    keyProtection: olds.keyProtection,
    __defaults: news.__defaults,
  };
  return whileChanging(context, news, () => converge(context, state, news));
}

/**
 * Brings description and hosting of an existing pair to what is wanted. Whatever fails, the first look included, is a partial failure: the
 * pair is recorded, with what is known of it.
 */
export async function converge(context: Context, known: KeypairState, inputs: KeypairInputs): Promise<KeypairState> {
  const convergence = new Convergence(context, inputs, known);
  try {
    await convergence.observe();
    for (const change of convergence.plan()) await change();
    return convergence.state;
  } catch (error) {
    if (error instanceof PartialFailure) throw error;
    throw new PartialFailure(inputs.name, convergence.state, [messageOf(error)], false, error);
  }
}

/** The way of one pair to what is wanted. Each step notes what it did before the next one may fail. */
class Convergence {
  private readonly kps: Kps;

  constructor(
    private readonly context: Context,
    private readonly inputs: KeypairInputs,
    /** What is known of the pair, and is recorded whatever happens next. */
    public state: KeypairState,
  ) {
    this.kps = context.cloud.kps(inputs.region, context);
  }

  /** Learns what the service has, and makes a pair that is gone again. */
  async observe(): Promise<void> {
    const { kps, inputs } = this;
    if (isPrivateKeyLeftOut(this.state, inputs)) this.note({ privateKey: await kps.exportPrivateKey(inputs.name) });

    let live = await getPatiently(this.context, kps, inputs.name);
    if (live === undefined || isReplacementSeen(this.state, live)) {
      this.state = await heal(this.context, this.state, inputs, live);
      live = await kps.getKeypair(inputs.name);
    }
    if (live === undefined) return;
    requireKey(inputs.publicKey ?? this.state.publicKey, live);
    this.state = observe(this.state, live);
  }

  /** The changes that are needed, in order. */
  plan(): (() => Promise<void>)[] {
    const { state, inputs } = this;
    const isHostingOver = state.keyProtected && isProtectionChanged(state, inputs);
    const isToBeHosted = inputs.keyProtection !== undefined && (!state.keyProtected || isHostingOver);
    return [
      ...(isDescriptionChanged(state, inputs) ? [() => this.describe()] : []),
      ...(isHostingOver ? [() => this.endHosting()] : []),
      ...(isToBeHosted ? [() => this.host()] : []),
    ];
  }

  private async describe(): Promise<void> {
    const { name, description } = this.inputs;
    await this.kps.updateDescription(name, description ?? "");
    this.note({ description });
  }

  private async endHosting(): Promise<void> {
    await this.kps.clearPrivateKey(this.inputs.name);
    this.note({ keyProtected: false, keyProtection: undefined });
  }

  private async host(): Promise<void> {
    const { kps, inputs } = this;
    const { name, userId, keyProtection } = inputs;
    const privateKey = keyProtection?.privateKey ?? this.state.privateKey;
    if (keyProtection === undefined || privateKey === undefined)
      throw new Error(`Key pair "${name}": keyProtection.privateKey is needed to host the private key.`);

    await advising(
      sendSettled(
        this.context,
        async () => {
          await kps.importPrivateKey(name, userId, { ...keyProtection, privateKey: privateKeyAlone(privateKey) });
          return true;
        },
        async () => ((await kps.getKeypair(name))?.isKeyProtection ? true : undefined),
      ),
    );
    this.note({ keyProtected: true, keyProtection });
  }

  private note(known: Partial<KeypairState>): void {
    this.state = { ...this.state, ...known };
  }
}

/** A create with hosting should be answered with the private key as well; where it is not, the service can still hand it out. */
function isPrivateKeyLeftOut({ privateKey }: KeypairState, { publicKey, keyProtection }: KeypairInputs): boolean {
  return publicKey === undefined && keyProtection !== undefined && privateKey === undefined;
}

/** Whatever else is wanted is not done to a pair that is another one by now. */
function requireKey(publicKey: string, live: GetKeypairResult): void {
  if (isSameKey(publicKey, live.publicKey)) return;
  throw new Error(
    `Key pair "${live.name}" holds another key than it should. Choose another name, or have it replaced by \`pulumi up --refresh\`.`,
  );
}

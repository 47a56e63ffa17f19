/**
 * What the vendor's pages leave open, or say in two ways, as a table of choices. A scenario chooses, so that one that fails tells the
 * choices and can be made small. Times and sizes are left to switches that the simulator has as well.
 */
import fc from "fast-check";

/** The first of each is what the cloud does untold. */
const choices = {
  // KPS
  missingKeypair: [
    { status: 400, code: "KPS.4016" },
    { status: 400, code: "KPS.6004" },
    { status: 404, code: "KPS.4016" },
  ],
  missingPrivateKey: [404, 400],
  takenName: [409, 400],
  createStatus: [201, 202, 200],
  updateBody: [{ keypair: {} }, undefined, null, "updated"],
  deleteStatus: [202, 200, 204],
  fingerprintInCreate: ["sha256", "md5"],
  fingerprintInBatch: ["md5", "sha256"],
  fingerprintInRead: ["sha256", "md5"],
  comment: ["own", "Generated-by-Nova\n"],
  /** Whether the answer to the creation of a pair has the private key also where the service hosts it. */
  returnsHostedPrivateKey: [false, true],
  batchNesting: ["twice", "once"],
  batchReturnsPrivateKey: [true, false],
  /** What of a batch there is nothing to tell. */
  emptyList: [undefined, null, []],
  listedBy: ["name", "id"],
  listsBackwards: [true, false],
  marker: ["base64", "text"],
  /** What comes of a marker whose key pair was deleted meanwhile. */
  deletedMarker: ["refused", "leads nowhere", "goes on"],
  /** A page that is full is then followed by another in any case, which may be empty. */
  everyFullPageHasMarker: [true, false],
  largestPage: [
    { size: 50, refusesMore: true },
    { size: 3, refusesMore: false },
  ],
  keypairTime: ["text", "seconds", "iso", "milliseconds"],
  frozenState: ["number", "text"],
  // CPH
  reversesJobs: [true, false],
  refusesWholeCall: [true, false],
  refusesBusyServer: [true, false],
  /** Whether a job gives the server the key that its key pair has when the job ends, or the one it had when the job began. */
  jobLooksUpKeyAtEnd: [true, false],
  cphNumbers: ["text", "number"],
  jobCode: ["without dot", "with dot"],
  jobTime: ["milliseconds", "iso"],
  missingJobs: [404, 400, 200],
  /** Whether jobs are also missing where they are for only one of several request ids. */
  oneRequestWithoutJobsFailsAll: [true, false],
  missingServer: [
    { status: 404, code: "CPS.0159" },
    { status: 404, code: "CPS.0015" },
    { status: 400, code: "CPS.0156" },
  ],
  statusDuringJob: [13, 5],
  serverCount: ["page", "all"],
  /** Most servers of a page, where the count tells how many there are. */
  largestServerPage: [100, 3],
  /** Whether servers that nobody asked for come and go while lists are read. */
  strangersComeAndGo: [false, true],
  // Accounts, the gateway, and HTTP
  /** What a call names in another account's project is not there, or the call is refused. */
  foreignProject: ["missing", "refused"],
  gateway: ["APIG", "APIGW"],
  expiredToken: ["0301", "0307"],
  gatewayTellsRequestId: [false, true],
  /** How a text is shown that there is not. */
  blank: [null, undefined, ""],
  unknownFields: [true, false],
  lowerCaseHeaders: [true, false],
  chunked: [true, false],
  compresses: [true, false],
  /** Most milliseconds that a call takes on its way, and its answer on the way back; calls overtake each other. */
  latency: [20, 0],
  closesConnections: [true, false],
  /** An answer that ends too early is a whole message, or the connection ends with it. */
  cutsConnections: [true, false],
} as const satisfies Record<string, readonly [unknown, ...unknown[]]>;

export type Habits = { readonly [H in keyof typeof choices]: (typeof choices)[H][number] };

const entries = Object.entries<readonly [unknown, ...unknown[]]>(choices);

export const usualHabits = Object.fromEntries(entries.map(([name, [first]]) => [name, first])) as Habits;

export const habits = fc.record(
  Object.fromEntries(entries.map(([name, values]) => [name, fc.constantFrom(...values)])),
) as fc.Arbitrary<unknown> as fc.Arbitrary<Habits>;

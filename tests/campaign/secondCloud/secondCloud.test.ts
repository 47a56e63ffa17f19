import fc from "fast-check";
import { privateKeys, publicKeys } from "../../../provider/testing/keys";
import { habits, usualHabits } from "./habits";
import { publicKeyOf } from "./keys";
import { SecondCloud } from "./secondCloud";
import { percentEncode, signatureOf } from "./signature";

describe("signatures", () => {
  const date = { "x-sdk-date": "20060102T150405Z" };
  const project = "0123456789abcdef0123456789abcdef";
  const vendorHeaders = {
    ...date,
    "content-type": "application/json",
    host: "kms.cn-north-4.myhuaweicloud.com",
    "x-project-id": project,
  };

  test.each([
    ["GET", "/path?limit=1", date, "", "5a2ce64c865e0e6046321c6f3d5a77ba8413eeaf355c3166c03d58d02ac79624"],
    [
      "POST",
      "/path?key=value",
      date,
      '{"Name":"test","Id":1}\n',
      "cecc2af119b18ab70b4d094c0750f3b42c02f254903179a0fc2cc72fc9db4f59",
    ],
    [
      "POST",
      `/v3/${project}/keypairs`,
      vendorHeaders,
      '{"keypair":{"name":"demo2"}}',
      "4ce001434e94e0386dc880e459f911b7040fbe4653e0f7bc5c93089cfa0f237c",
    ],
  ])("%s %s", (method, url, headers, body, signature) => {
    expect(signatureOf({ method, url, headers, body }, Object.keys(headers), "SecretKey")).toBe(signature);
  });

  test("encode all but unreserved characters", () => {
    expect(percentEncode("一 (&=?!#%.*)")).toBe("%E4%B8%80%20%28%26%3D%3F%21%23%25.%2A%29");
  });
});

describe("services", () => {
  let cloud: SecondCloud;

  beforeAll(async () => {
    cloud = await SecondCloud.start({ servers: 3, jobSeconds: 0 });
  });

  afterAll(() => cloud.close());

  beforeEach(() => {
    cloud.reset();
  });

  async function send(method: string, path: string, headers: Record<string, string>, body?: unknown) {
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${cloud.url}${path}`, {
      method,
      headers: { "Content-Type": "application/json", ...headers },
      ...content,
    });
    const text = await response.text();
    const answer: unknown = text === "" ? undefined : JSON.parse(text);
    return { status: response.status, headers: response.headers, body: answer };
  }

  /** Signs in, and gives what sends calls about the project. */
  async function signIn({ user: name, domain, password } = cloud.credentials) {
    const user = { name, domain: { name: domain }, password };
    const auth = {
      identity: { methods: ["password"], password: { user } },
      scope: { project: { name: "cn-north-4" } },
    };
    const { status, headers, body } = await send("POST", "/v3/auth/tokens", {}, { auth });
    expect(status).toBe(201);
    const token = { "X-Auth-Token": headers.get("X-Subject-Token") ?? "" };
    const { id } = (body as { token: { project: { id: string } } }).token.project;
    return {
      token: token["X-Auth-Token"],
      projects: async () => (await send("GET", "/v3/projects", token)).body,
      kps: (method: string, path: string, content?: unknown) =>
        send(method, `/v3/${id}/keypairs${path}`, token, content),
      cph: (method: string, path: string, content?: unknown) =>
        send(method, `/v1/${id}/cloud-phone${path}`, token, content),
    };
  }

  /** Lists projects with a signed call. */
  function listSigned(key: { accessKey: string; secretKey: string }, more: Record<string, string> = {}) {
    const url = "/v3/projects?name=cn-north-4";
    const headers = { "x-sdk-date": new Date().toISOString().replace(/[-:]|\.\d+/g, "") };
    const signature = signatureOf({ method: "GET", url, headers, body: "" }, ["x-sdk-date"], key.secretKey);
    const authorization = `SDK-HMAC-SHA256 Access=${key.accessKey}, SignedHeaders=x-sdk-date, Signature=${signature}`;
    return send("GET", url, { ...headers, authorization, ...more });
  }

  const denied = { status: 401, body: { error_code: "APIG.0301" } };

  test("IAM finds the project for a call that is signed with the secret key, until the key is revoked", async () => {
    const { accessKey, secretKey } = cloud.credentials;
    expect((await listSigned({ accessKey, secretKey })).body).toMatchObject({ projects: [{ name: "cn-north-4" }] });
    expect(await listSigned({ accessKey, secretKey: "another" })).toMatchObject(denied);
    cloud.revokeAccessKey(accessKey);
    expect(await listSigned({ accessKey, secretKey })).toMatchObject(denied);
  });

  test("a temporary key is good only with its security token, and a lasting one only without", async () => {
    const temporary = { accessKey: "TEMPORARY", secretKey: "temporary-secret", securityToken: "temporary-token" };
    cloud.addAccessKey({ ...temporary, user: cloud.credentials.user });
    const header = { "X-Security-Token": temporary.securityToken };
    expect((await listSigned(temporary, header)).status).toBe(200);
    expect(await listSigned(temporary)).toMatchObject(denied);
    expect(await listSigned(temporary, { "X-Security-Token": "another" })).toMatchObject(denied);
    expect(await listSigned(cloud.credentials, header)).toMatchObject(denied);
  });

  test("five wrong signatures in a row lock their access key, and no other", async () => {
    const { accessKey, secretKey, user } = cloud.credentials;
    const other = { accessKey: "OTHER", secretKey: "other-secret" };
    cloud.addAccessKey({ ...other, user });
    for (let attempts = 0; attempts < 5; attempts++) await listSigned({ accessKey, secretKey: "guessed" });
    expect(await listSigned({ accessKey, secretKey })).toMatchObject(denied);
    expect((await listSigned(other)).status).toBe(200);
  });

  describe("another account", () => {
    const other = { user: "other", domain: "other-account", password: "other-password" };
    const projectId = "fedcba9876543210fedcba9876543210";
    let own: Awaited<ReturnType<typeof signIn>>;
    let foreign: Awaited<ReturnType<typeof signIn>>;

    beforeEach(async () => {
      cloud.addProject("cn-north-4", projectId, other.domain);
      cloud.addUser({ ...other, name: other.user });
      own = await signIn();
      foreign = await signIn({ ...cloud.credentials, ...other });
    });

    test("has a project, key pairs and servers of its own", async () => {
      expect(await foreign.projects()).toMatchObject({ projects: [{ id: projectId }] });
      expect(await own.projects()).not.toMatchObject({ projects: [{ id: projectId }] });
      await foreign.kps("POST", "", { keypair: { name: "same", public_key: publicKeys.rsa } });
      await own.kps("POST", "", { keypair: { name: "same", public_key: publicKeys.ed25519 } });
      await cloud.replaceKeypair(projectId, "theirs", { publicKey: publicKeys.rsa });
      expect(cloud.state().projects).toMatchObject([
        { keypairs: [{ name: "same", publicKey: publicKeys.ed25519 }], servers: [{}, {}, {}] },
        { id: projectId, keypairs: [{ name: "same", publicKey: publicKeys.rsa }, {}], servers: [{}, {}, {}] },
      ]);
    });

    test.each(["missing", "refused"] as const)("sees nothing and changes nothing here: %s", async (foreignProject) => {
      cloud.setVariants({}, { ...usualHabits, foreignProject });
      for (const { kps } of [own, foreign])
        await kps("POST", "", { keypair: { name: "here", public_key: publicKeys.rsa } });

      const [{ id, servers } = { id: "", servers: [] }] = cloud.state().projects;
      const call = (method: string, path: string, body?: unknown) =>
        send(method, path, { "X-Auth-Token": foreign.token }, body);
      const isMissing = foreignProject === "missing";
      const keypair = isMissing
        ? { status: 400, body: { error_code: "KPS.4016" } }
        : { status: 403, body: { error_code: "KPS.9003" } };
      const server = isMissing
        ? { status: 404, body: { error_code: "CPS.0159" } }
        : { status: 400, body: { error_code: "CPS.0046" } };
      expect(await call("GET", `/v3/${id}/keypairs/here`)).toMatchObject(keypair);
      expect(await call("DELETE", `/v3/${id}/keypairs/here`)).toMatchObject(keypair);
      expect(await call("GET", `/v1/${id}/cloud-phone/servers/${servers[0]?.id ?? ""}`)).toMatchObject(server);
      expect((await call("GET", `/v3/${id}/keypairs`)).status).toBe(403);
      expect((await call("POST", `/v3/${id}/keypairs`, { keypair: { name: "new" } })).status).toBe(403);
      expect(cloud.state().projects).toMatchObject([
        { keypairs: [{ name: "here" }] },
        { keypairs: [{ name: "here" }] },
      ]);
    });
  });

  test.each([
    ["refused", { status: 400, body: { error_code: "KPS.0002" } }],
    ["leads nowhere", { status: 200, body: { keypairs: [] } }],
    ["goes on", { status: 200, body: { keypairs: [{ keypair: { name: "a" } }] } }],
  ] as const)("the marker of a key pair that was deleted: %s", async (deletedMarker, answer) => {
    cloud.setVariants({}, { ...usualHabits, deletedMarker, marker: "text", listsBackwards: true });
    const { kps } = await signIn();
    for (const name of ["a", "b", "c"]) await cloud.replaceKeypair("cn-north-4", name, { publicKey: publicKeys.rsa });
    const { next_marker: marker } = ((await kps("GET", "?limit=2")).body as { page_info: { next_marker: string } })
      .page_info;
    const next = `?limit=2&marker=${encodeURIComponent(marker)}`;
    expect((await kps("GET", next)).body).toMatchObject({ keypairs: [{ keypair: { name: "a" } }] });
    cloud.deleteKeypair("cn-north-4", "b");
    expect(await kps("GET", next)).toMatchObject(answer);
  });

  test("KPS makes, imports, lists and deletes key pairs, whatever its habits", async () => {
    await fc.assert(
      fc.asyncProperty(habits, async (chosen) => {
        cloud.reset();
        cloud.setVariants({}, chosen);
        const { kps } = await signIn();

        const { body } = await kps("POST", "", { keypair: { name: "made" } });
        const made = (body as { keypair: { public_key: string; private_key: string } }).keypair;
        expect(made.public_key).toContain(publicKeyOf(made.private_key));

        const protection = { private_key: privateKeys.rsa, encryption: { type: "kms", kms_key_name: "kps/default" } };
        const imported = { name: "imported", public_key: `${publicKeys.rsa} me@home`, key_protection: protection };
        expect((await kps("POST", "/batch-import", [{ keypair: imported }, { keypair: imported }])).body).toMatchObject(
          {
            succeeded_keypairs: [{}],
            failed_keypairs: [
              { keypair_name: "imported", failed_reason: expect.stringContaining("KPS.7004") as string },
            ],
          },
        );
        expect(cloud.state().projects[0]?.keypairs).toMatchObject([{ hosted: false }, { hosted: true }]);

        const first = (await kps("GET", "?limit=1")).body as { page_info: { next_marker: string } };
        const marker = encodeURIComponent(first.page_info.next_marker);
        const names = [first, (await kps("GET", `?limit=1&marker=${marker}`)).body].map(
          (page) => (page as { keypairs: { keypair: { name: string } }[] }).keypairs[0]?.keypair.name,
        );
        expect(names.sort()).toEqual(["imported", "made"]);

        expect((await kps("DELETE", "/imported")).status).toBe(chosen.deleteStatus);
        const { status, code: error_code } = chosen.missingKeypair;
        expect(await kps("GET", "/imported")).toMatchObject({ status, body: { error_code } });
      }),
      { numRuns: 10 },
    );
  });

  test.each([
    ["a bad name", { name: "a b" }, "KPS.0002"],
    ["a bad key", { name: "a", public_key: publicKeys.rsa.slice(0, -8) }, "KPS.0002"],
    [
      "a private key of another pair",
      {
        name: "a",
        public_key: publicKeys.rsa,
        key_protection: { private_key: privateKeys.ed25519, encryption: { type: "default" } },
      },
      "KPS.6011",
    ],
  ])("KPS refuses %s", async (_what, keypair, error_code) => {
    const { kps } = await signIn();
    expect(await kps("POST", "", { keypair })).toMatchObject({ status: 400, body: { error_code } });
  });

  test("a description has up to 255 characters, however many units of UTF-16 they are", async () => {
    const { kps } = await signIn();
    await kps("POST", "", { keypair: { name: "key", public_key: publicKeys.ed25519 } });
    expect((await kps("PUT", "/key", { keypair: { description: "😀".repeat(255) } })).status).toBe(200);
    expect((await kps("PUT", "/key", { keypair: { description: "😀".repeat(256) } })).status).toBe(400);
  });

  test("CPH gives servers a key pair by jobs, whatever its habits", async () => {
    await fc.assert(
      fc.asyncProperty(habits, async (chosen) => {
        cloud.reset();
        cloud.setVariants({}, chosen);
        const { kps, cph } = await signIn();
        await kps("POST", "", { keypair: { name: "key", public_key: publicKeys.ed25519 } });
        const listed = (await cph("GET", "/servers?limit=2")).body as { servers: { server_id: string }[] };
        const servers = listed.servers.map(({ server_id }) => ({ server_id, keypair_name: "key" }));
        expect(servers).toHaveLength(2);
        const asked = (await cph("PUT", "/servers/open-access", { servers })).body as { request_id: string };
        expect((await cph("GET", `/jobs?request_ids=${asked.request_id}`)).body).toMatchObject({
          jobs: [{ status: chosen.cphNumbers === "text" ? "2" : 2 }, {}],
        });
        expect((await cph("GET", `/servers/${String(servers[0]?.server_id)}`)).body).toMatchObject({
          keypair_name: "key",
          status: chosen.cphNumbers === "text" ? "5" : 5,
        });
      }),
      { numRuns: 10 },
    );
  });

  test("CPH refuses more servers than a call may name", async () => {
    const { cph } = await signIn();
    const servers = Array.from({ length: 11 }, () => ({ server_id: "a", keypair_name: "b" }));
    expect(await cph("PUT", "/servers/open-access", { servers })).toMatchObject({
      status: 400,
      body: { error_code: "CPS.0096" },
    });
  });
});

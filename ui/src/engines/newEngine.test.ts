import { describe, expect, it } from "vitest";

import type { JwtAlgorithmView, ProtocolView, Queue } from "../ipc/types.gen";
import { credentialNamed, kindMade } from "./credentials";
import { handIn } from "./handIn";
import { choosing, implied, nameOf, profileOf } from "./newEngine";

const form = { choice: "webhook", base: "https://hooks.example/resume?sig=s3cret", name: null, credential: "made", key: null, said: {} };

const WEBHOOK: ProtocolView = { name: "webhook", title: "Webhook", about: "", example: {}, settings: null, allow: ["BASE"], preset: null };

describe("the address", () => {
  it.each([
    ["https://hooks.example/resume/", "https://hooks.example/resume/"],
    [" https://Hooks.example:443 ", "https://hooks.example/"],
    ["http://127.0.0.1:9000/resume?sig=s3cret#top", "http://127.0.0.1:9000/resume"],
  ])("implies an entry of the allow-list: %s", (base, entry) => {
    expect(implied(base)?.entry).toBe(entry);
  });

  it.each(["", "hooks.example", "ftp://hooks.example/", "https://"])("is none: %j", (base) => {
    expect(implied(base)).toBeNull();
    expect(profileOf({ ...form, base }, undefined)).toBeNull();
  });

  it.each([
    ["https://hooks.example/x", "hooks"],
    ["http://127.0.0.1:9000/", "webhook"],
    ["http://localhost:9000/", "webhook"],
    ["http://[::1]:9000/", "webhook"],
    ["", ""],
  ])("names the engine: %s", (base, name) => {
    expect(nameOf({ ...form, base })).toBe(name);
  });
});

it("comes to a profile without the query, signed by a key of the engine's name", () => {
  expect(JSON.parse(profileOf(form, undefined) ?? "")).toEqual({ name: "hooks", allow: ["https://hooks.example/resume"], signing: { standard_webhooks: "hooks" } });
  expect(JSON.parse(profileOf({ ...form, base: "http://localhost:9000/", name: "mine", credential: "none" }, undefined) ?? "")).toEqual({
    name: "mine",
    allow: ["http://localhost:9000/"],
    schedule: "fast",
  });
});

it("is handed its first item by a command whose words survive the shell", () => {
  const queue = { name: "gate", kind: "fallback", choices: [] } as unknown as Queue;
  const command = handIn({ intake: "http://127.0.0.1:7410", token: "plc_1", queue, example: { protocol: "webhook", url: "BASE", more: ["BASE/x"] }, base: "https://e.example/it's" });
  const [first, ...rest] = command.split("\n");
  expect(first).toBe("TOKEN=plc_1");
  expect(rest.join("\n")).not.toContain("plc_1");
  const body = /-d '([^]*)'$/.exec(rest.join("\n"))?.[1]?.replaceAll("'\\''", "'") ?? "";
  expect(JSON.parse(body)).toMatchObject({ v: 1, queue: "gate", callbacks: [{ protocol: "webhook", url: "https://e.example/it's", more: ["https://e.example/it's/x"] }] });
});

it.each([
  ["bearer", {}, { bearer: "hooks" }],
  ["header", { header: "X-Api-Key" }, { header: { name: "X-Api-Key", key: "hooks" } }],
  ["basic", { user: "ada" }, { basic: { user: "ada", key: "hooks" } }],
  ["jwt", {}, { jwt: { key: "hooks", algorithm: "EdDSA" } }],
  ["jwt-made", { algorithm: "ES256" }, { jwt: { key: "hooks", algorithm: "ES256" } }],
  ["aws", { service: "lambda", region: "us-east-1" }, { aws: { region: "us-east-1", service: "lambda", key: "hooks" } }],
])("names the credential %s in the profile", (credential, said, signing) => {
  expect(JSON.parse(profileOf({ ...form, credential, said }, undefined) ?? "")).toMatchObject({ signing });
});

it.each([
  ["made", {}, "webhook_secret"],
  ["jwt-made", {}, "ed25519"],
  ["jwt-made", { algorithm: "ES256" }, "p256"],
  ["jwt-made", { algorithm: "unheard-of" }, null],
  ["jwt", {}, null],
])("makes for the credential %s with %j the key %s", (name, said, kind) => {
  const algorithms: JwtAlgorithmView[] = [
    { algorithm: "EdDSA", kind: "ed25519" },
    { algorithm: "ES256", kind: "p256" },
  ];
  expect(kindMade(credentialNamed(name), said, algorithms)).toBe(kind);
});

it("takes what AWS's hosts say", () => {
  const aws = { ...form, base: "https://states.eu-central-1.amazonaws.com", credential: "aws" };
  expect(JSON.parse(profileOf(aws, { ...WEBHOOK, name: "step-functions", settings: { endpoint: "BASE" } }) ?? "")).toMatchObject({ name: "states", signing: { aws: { region: "eu-central-1", service: "states", key: "states" } }, settings: { "step-functions": { endpoint: "https://states.eu-central-1.amazonaws.com/" } } });
});

it("follows a ready profile: its address, where it may go, how it is signed", () => {
  const preset = { name: "gitlab", base: "https://gitlab.com", pauses: "", signer: "", signing: { header: { name: "PRIVATE-TOKEN", key: "KEY" } }, sources: [] };
  const gitlab: ProtocolView = { ...WEBHOOK, name: "http", settings: { base: "BASE", request: { url: "{{ base }}/x" } }, allow: ["BASE/api/v4/projects"], preset };
  const chosen = { ...form, base: "", ...choosing({ ...form, base: "" }, gitlab) };
  expect(JSON.parse(profileOf(chosen, gitlab) ?? "")).toEqual({
    name: "gitlab",
    allow: ["https://gitlab.com/api/v4/projects"],
    signing: { header: { name: "PRIVATE-TOKEN", key: "gitlab" } },
    settings: { http: { base: "https://gitlab.com", request: { url: "{{ base }}/x" } } },
  });
  expect(choosing({ ...form, base: "https://git.example/" }, gitlab).base, "what was pasted stays").toBe("https://git.example/");
});

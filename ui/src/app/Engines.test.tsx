import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";

import { violations } from "../../testing/axe";
import { MemoryDesk, problem } from "../../testing/desk";
import { attempt, tickets, wholeOffice } from "../../testing/office";
import { openAtOnce, type Opened } from "../../testing/window";

/** Opens the engines room. */
async function openRoom(desk: MemoryDesk): Promise<Opened> {
  const opened = openAtOnce(desk);
  await opened.user.keyboard("{Control>}3{/Control}");
  await screen.findByTestId("room-engines");
  return opened;
}

function keychain(desk: MemoryDesk): MemoryDesk {
  desk.keys = "keychain";
  return desk;
}

const showsEngine = (name: string) => waitFor(() => expect(screen.getByTestId("engine")).toHaveAttribute("data-engine", name));
const readingOf = () => screen.getByTestId("profile-reading");
/** Puts a whole text in the place of the profile. */
const write = (text: string) => fireEvent.change(screen.getByTestId("profile-text"), { target: { value: text } });

describe("adding an engine", () => {
  it("takes an address and a name, and shows token, secret and command once", async () => {
    const { user, desk } = await openRoom(keychain(tickets(1)));
    await screen.findByText("There is no engine yet.");
    await user.keyboard("n");
    await screen.findByTestId("add-engine");
    expect(document.activeElement, "the caret waits for the address").toBe(screen.getByTestId("engine-base"));
    await user.keyboard("https://hooks.example/resume?sig=s3cret");
    expect(screen.getByTestId("engine-allow")).toHaveTextContent("Allowed: https://hooks.example/resume and what lies below it, nowhere else. The query is left out");
    expect(screen.getByTestId("engine-name")).toHaveValue("hooks");
    await waitFor(() => expect(screen.getByRole("button", { name: "Add this engine" })).toBeEnabled());
    expect(await violations()).toEqual([]);
    await user.keyboard("{Control>}{Enter}{/Control}");

    const once = within(await screen.findByTestId("once"));
    expect(once.getByTestId("token")).toHaveTextContent("plc_1");
    expect(once.getByTestId("callback-key")).toHaveTextContent("whsec_hooks");
    const command = once.getByTestId("command").textContent;
    expect(command).toContain('curl http://127.0.0.1:7410/v1/items \\\n  -H "Authorization: Bearer $TOKEN"');
    expect(command).toContain('"queue": "tickets"');
    expect(command).toContain('"url": "https://hooks.example/resume"');
    expect(desk.profiles.get("hooks")).toEqual({ name: "hooks", allow: ["https://hooks.example/resume"], signing: { standard_webhooks: "hooks" } });
    expect(desk.asked.map(({ verb }) => verb).filter((verb) => ["create_key", "save_profile", "issue_token"].includes(verb)), "the key before the engine").toEqual(["create_key", "save_profile", "issue_token"]);
    await desk.announce("setup");
    await showsEngine("hooks");
    expect(await violations()).toEqual([]);

    await user.keyboard("c");
    expect(await screen.findByText("The token is copied.")).toBeVisible();
    expect(await navigator.clipboard.readText()).toBe("plc_1");
    await user.keyboard("{Shift>}C{/Shift}");
    expect(await screen.findByText("The command is copied.")).toBeVisible();
    expect(await navigator.clipboard.readText()).toBe(command);
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByTestId("once")).toBeNull());
    expect(document.body.textContent).not.toContain("plc_1");
  });

  it("makes no key where it could not be kept, and says what to do", async () => {
    const { user, desk } = await openRoom(tickets(1));
    await user.keyboard("n");
    const [made, kept] = await screen.findAllByTestId("credential-option");
    expect(made).toBeDisabled();
    expect(kept).toBeChecked();
    // Of a webhook's secret as of a token's key.
    const why = screen.getAllByText(/Set PLACET_KEY_… and name it below/);
    expect(why).toHaveLength(2);
    for (const one of why) expect(one).toBeVisible();
    await user.type(screen.getByTestId("engine-base"), "http://127.0.0.1:9000/done");
    expect(screen.getByText("PLACET_KEY_WEBHOOK")).toBeVisible();
    await user.clear(screen.getByTestId("engine-key"));
    await user.type(screen.getByTestId("engine-key"), "shared");
    await waitFor(() => expect(screen.getByRole("button", { name: "Add this engine" })).toBeEnabled());
    await user.click(screen.getByRole("button", { name: "Add this engine" }));
    await screen.findByTestId("once");
    expect(desk.requests("create_key")).toEqual([]);
    expect(desk.profiles.get("webhook")).toEqual({ name: "webhook", allow: ["http://127.0.0.1:9000/done"], signing: { standard_webhooks: "shared" }, schedule: "fast" });
    expect(screen.queryByTestId("callback-key")).toBeNull();
  });

  it("makes the key of a token's algorithm, and shows its public half once", async () => {
    const { user, desk } = await openRoom(keychain(tickets(1)));
    await user.keyboard("n");
    await user.type(await screen.findByTestId("engine-base"), "https://hooks.example/resume");
    await user.click(screen.getByRole("radio", { name: /A JSON Web Token, by a new key/ }));
    expect(screen.getByLabelText("Algorithm")).toHaveValue("EdDSA");
    await user.selectOptions(screen.getByLabelText("Algorithm"), "ES256");
    expect(await violations()).toEqual([]);
    await waitFor(() => expect(screen.getByRole("button", { name: "Add this engine" })).toBeEnabled());
    await user.keyboard("{Control>}{Enter}{/Control}");
    expect(await screen.findByTestId("callback-key")).toHaveTextContent("BEGIN PUBLIC KEY");
    expect(desk.requests("create_key")).toEqual([{ name: "hooks", kind: "p256", replace: false }]);
    expect(desk.profiles.get("hooks")?.signing).toEqual({ jwt: { key: "hooks", algorithm: "ES256" } });
    await user.click(screen.getByRole("button", { name: "Copy public key" }));
    expect(await navigator.clipboard.readText()).toContain("hooks");
    await user.keyboard("{Escape}");
    await waitFor(() => expect(document.body.textContent).not.toContain("BEGIN PUBLIC KEY"));
  });

  it("follows a ready profile in address, signature and allow-list", async () => {
    const { user, desk } = await openRoom(keychain(tickets(1)));
    await user.keyboard("n");
    await user.click(await screen.findByRole("radio", { name: /GitLab/ }));
    expect(screen.getByTestId("engine-base")).toHaveValue("https://gitlab.com");
    expect(screen.getByTestId("engine-allow")).toHaveTextContent("https://gitlab.com/api/v4/projects");
    expect(screen.getByTestId("preset")).toHaveTextContent("It wants: a project's access token.");
    expect(screen.getByRole("radio", { name: /A header of its own/ })).toBeChecked();
    expect(screen.getByLabelText("Name of the header")).toHaveValue("PRIVATE-TOKEN");
    expect(await violations()).toEqual([]);
    await waitFor(() => expect(screen.getByRole("button", { name: "Add this engine" })).toBeEnabled());
    await user.keyboard("{Control>}{Enter}{/Control}");
    expect(await screen.findByTestId("command")).toHaveTextContent('"project": "shop/web"');
    expect(desk.profiles.get("gitlab")).toEqual({
      name: "gitlab",
      allow: ["https://gitlab.com/api/v4/projects"],
      signing: { header: { name: "PRIVATE-TOKEN", key: "gitlab" } },
      settings: { http: { base: "https://gitlab.com" } },
    });
  });

  it("says beside the field what is wrong with it, and adds nothing", async () => {
    const { user, desk } = await openRoom(keychain(wholeOffice()));
    await user.keyboard("n");
    await user.type(await screen.findByTestId("engine-base"), "hooks.example");
    expect(screen.getByTestId("engine-allow")).toHaveTextContent("This is no address yet");
    await user.clear(screen.getByTestId("engine-base"));
    await user.type(screen.getByTestId("engine-base"), "https://agents.example/other");
    await waitFor(() => expect(screen.getByTestId("engine-name-note")).toHaveTextContent('There is an engine "agents" already; choose another name'));
    await user.clear(screen.getByTestId("engine-name"));
    await user.type(screen.getByTestId("engine-name"), "batch");
    // The engine `night-batch` signs with a key of that name, which a new one would replace.
    await waitFor(() => expect(screen.getByTestId("engine-name-note")).toHaveTextContent('The engine "night-batch" signs with a key of this name'));
    await user.keyboard("{Control>}{Enter}{/Control}");
    expect(desk.requests("save_profile")).toEqual([]);
  });

  it("keeps what was typed when it is left, and when it fails", async () => {
    const desk = keychain(tickets(1));
    desk.refuse("create_key", problem("keys", "The keychain is locked. Unlock it and try again."));
    const { user } = await openRoom(desk);
    await user.keyboard("n");
    await user.type(await screen.findByTestId("engine-base"), "https://hooks.example/x");
    await user.keyboard("{Escape}n");
    expect(await screen.findByTestId("engine-base")).toHaveValue("https://hooks.example/x");
    await waitFor(() => expect(screen.getByRole("button", { name: "Add this engine" })).toBeEnabled());
    await user.keyboard("{Control>}{Enter}{/Control}");
    expect(await screen.findByText("The keychain is locked. Unlock it and try again.")).toBeVisible();
    expect(screen.getByTestId("engine-base")).toHaveValue("https://hooks.example/x");
    expect(desk.profiles.size).toBe(0);
  });
});

describe("an engine", () => {
  it("tells how it does, and what its profile says", async () => {
    const { user, desk } = await openRoom(wholeOffice());
    await screen.findAllByTestId("engine-row");
    expect(screen.getAllByTestId("engine-row").map((row) => row.dataset.engine)).toEqual(["agents", "faces", "night-batch"]);
    await waitFor(() => expect(screen.getAllByTestId("engine-row").map((row) => row.querySelector(".dot-word")?.textContent)).toEqual(["1 needs you", "2 need you", "nothing sent yet"]));
    await showsEngine("agents");
    expect(await screen.findByTestId("keys")).toHaveTextContent("agents");
    await user.keyboard("j");
    await showsEngine("faces");
    const tiles = () => [...document.querySelectorAll(".tile")].map((tile) => tile.textContent);
    await waitFor(() => expect(tiles()).toEqual(["Waiting for a person85", "Waiting to go out21 can be undone, 1 waits", "Delivered60", "Need you21 parked, 1 given up", "Missed deadlines0"]));
    expect(screen.getByTestId("answer-strip")).toHaveAccessibleName("The newest answers: 16 accepted, 1 failed, 1 credentials not accepted, 1 not found, 1 can be undone");
    expect(await violations()).toEqual([]);
    await user.keyboard("d");
    await screen.findByTestId("room-deliveries");
    await waitFor(() => expect(desk.requests("deliveries").at(-1)?.which.engine).toBe("faces"));
  });

  it("whose receiver is left alone has it tried by key", async () => {
    const desk = tickets(1);
    desk.profiles.set("faces", { name: "faces", allow: ["http://127.0.0.1:7411/"] });
    desk.addDelivery({ state: "due" }, { attempts: [attempt(1, { outcome: "failed", status: 503 })] });
    desk.origins = [{ origin: "http://127.0.0.1:7411", why: "failing", until: new Date(Date.now() + 60_000).toISOString(), failures: 5, waiting: 1 }];
    const { user } = await openRoom(desk);
    expect(await screen.findByTestId("left-alone")).toHaveTextContent("failed 5 times in a row");
    expect(screen.getByTestId("engine-standing")).toHaveTextContent("left alone");
    await user.keyboard("p");
    expect(await screen.findByText("The next delivery to http://127.0.0.1:7411 is sent now.")).toBeVisible();
    await desk.announce("deliveries");
    await waitFor(() => expect(screen.queryByTestId("left-alone")).toBeNull());
    expect(screen.getByTestId("engine-standing")).toHaveTextContent("last: failed");
  });

  it("gets a new token only after a question", async () => {
    const { user, desk } = await openRoom(wholeOffice());
    await showsEngine("agents");
    await user.keyboard("{Shift>}T{/Shift}");
    expect(await screen.findByRole("dialog")).toHaveTextContent("is void at once");
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(desk.requests("issue_token")).toEqual([]);
    await user.keyboard("{Shift>}T{/Shift}");
    await screen.findByTestId("ask-yes");
    await user.keyboard("{Enter}");
    expect(await screen.findByTestId("token")).toHaveTextContent("plc_1");
    expect(desk.requests("issue_token")).toEqual([{ engine: "agents" }]);
    expect(screen.getByTestId("command")).toHaveTextContent("https://agents.example/resume");
    await user.click(screen.getByText("faces", { selector: ".engine-name *" }));
    await showsEngine("faces");
    expect(document.body.textContent, "it is not another's").not.toContain("plc_1");
  });
});

describe("a profile as text", () => {
  it("says where it goes wrong, by line and column, and is saved by key", async () => {
    const { user, desk } = await openRoom(wholeOffice());
    await showsEngine("agents");
    await user.keyboard("e");
    const text = await screen.findByTestId("profile-text");
    expect(text).toHaveFocus();
    expect(readingOf()).toHaveTextContent("As it is kept.");
    write('{\n  "name": "agents",\n  "allow": [}');
    expect(readingOf()).toHaveTextContent("Line 3, column 13: a value is expected.");
    write('{\n  "name": "agents",\n  "alow": []\n}');
    await waitFor(() => expect(readingOf()).toHaveTextContent('Line 3, column 3: unknown field "alow".'));
    write('{\n  "name": "other",\n  "allow": []\n}');
    await waitFor(() => expect(readingOf()).toHaveTextContent("Line 2, column 11: name: this is the profile of"));
    expect(screen.getByRole("button", { name: "Save" })).toBeDisabled();
    expect(await violations()).toEqual([]);

    write('{ "name": "agents", "allow": ["https://agents.example/v2"], "schedule": "fast" }');
    await waitFor(() => expect(readingOf()).toHaveTextContent("This profile can be saved."));
    expect(screen.getByTestId("profile")).toHaveTextContent("https://agents.example/v2");
    await user.keyboard("{Control>}{Enter}{/Control}");
    expect(await screen.findByText("Saved. What is sent from now on goes by it.")).toBeVisible();
    expect(desk.profiles.get("agents")?.schedule).toBe("fast");
    await desk.announce("setup");
    await waitFor(() => expect(screen.getByTestId("profile")).toHaveTextContent("fast"));
  });

  it("stays while somebody looks elsewhere, and tells when it was changed meanwhile", async () => {
    const { user, desk } = await openRoom(wholeOffice());
    await showsEngine("agents");
    await user.keyboard("e");
    await screen.findByTestId("profile-text");
    const begun = '{ "name": "agents", "allow": [] }';
    write(begun);
    await user.keyboard("{Escape}");
    await screen.findByTestId("engine-standing");
    desk.profiles.set("agents", { name: "agents", allow: ["https://agents.example/elsewhere"] });
    await desk.announce("setup");
    await waitFor(() => expect(screen.getByTestId("profile")).toHaveTextContent("elsewhere"));
    await user.keyboard("e");
    expect(await screen.findByTestId("profile-text")).toHaveValue(begun);
    expect(screen.getByText(/was changed elsewhere meanwhile/)).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Start anew" }));
    expect(screen.getByTestId<HTMLTextAreaElement>("profile-text").value).toContain("elsewhere");
  });
});

describe("the room", () => {
  it("says what is wrong when it cannot be read, and reads again", async () => {
    const desk = wholeOffice();
    desk.refuse("engines", problem("fault", "Nothing was changed: the disk cannot be read."));
    const { user } = await openRoom(desk);
    expect(await screen.findByText("Nothing was changed: the disk cannot be read.")).toBeVisible();
    expect(await violations()).toEqual([]);
    await user.click(screen.getByRole("button", { name: "Read them again" }));
    await showsEngine("agents");
  });

  it("has nothing for axe to object to while there is nothing yet", async () => {
    await openRoom(tickets(0));
    await screen.findByText("There is no engine yet.");
    expect(await violations()).toEqual([]);
  });

  it("offers its actions on the cheat sheet, each once", async () => {
    const { user } = await openRoom(wholeOffice());
    await showsEngine("agents");
    await user.keyboard("?");
    await screen.findByTestId("cheat-sheet");
    const listed = [...document.querySelectorAll<HTMLElement>("[data-testid=cheat-sheet] [data-action]")].map((line) => line.dataset.action);
    for (const name of ["go-engines", "add-engine", "edit-profile", "new-token", "its-deliveries", "save-profile", "leave-form", "copy-token"]) expect(listed).toContain(name);
    expect(new Set(listed).size).toBe(listed.length);
  });
});

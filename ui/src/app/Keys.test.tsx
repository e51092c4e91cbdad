import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";

import { violations } from "../../testing/axe";
import { type MemoryDesk, problem } from "../../testing/desk";
import { wholeOffice } from "../../testing/office";
import { openAtOnce } from "../../testing/window";

/** The keys of the engine `agents`, where Placet can write keys. */
async function openKeys(desk: MemoryDesk = wholeOffice(), keys = "keychain") {
  desk.keys = keys;
  const opened = openAtOnce(desk);
  await screen.findByTestId("go-engines");
  await opened.user.keyboard("{Control>}3{/Control}");
  await waitFor(() => expect(screen.getByTestId("engine")).toHaveAttribute("data-engine", "agents"));
  await opened.user.keyboard("s");
  await screen.findByTestId("engine-keys");
  return opened;
}

const rows = () => screen.getAllByTestId("key-row").map((row) => row.textContent);
const cursor = () => screen.getAllByTestId("key-row").find((row) => row.getAttribute("aria-selected") === "true")?.dataset.key;

describe("an engine's keys", () => {
  it("are listed with what becomes of each, and reached by key", async () => {
    const { user } = await openKeys();
    await screen.findAllByTestId("key-row");
    expect(rows()).toEqual(["agents.2newestStandard Webhooks", "agentscan be retiredStandard Webhooks", "tokenssignsJWT EdDSA"]);
    expect(cursor()).toBe("agents.2");
    await user.keyboard("j");
    expect(cursor()).toBe("agents");
    expect(screen.getByRole("button", { name: /Rotate/ })).toBeDisabled();
    expect(screen.getByRole("button", { name: /Retire/ })).toBeEnabled();
    await user.keyboard("jj");
    expect(cursor()).toBe("tokens");
    expect(screen.getByRole("button", { name: /Retire/ })).toBeDisabled();
    expect(await violations()).toEqual([]);
    await user.keyboard("{Escape}");
    expect(await screen.findByTestId("engine")).toHaveAttribute("data-engine", "agents");
  });

  it("are followed by another after a question, and the new secret is shown once", async () => {
    const { user, desk } = await openKeys();
    await screen.findAllByTestId("key-row");
    await user.keyboard("r");
    expect(await screen.findByRole("dialog")).toHaveTextContent("both sign every callback");
    expect(desk.requests("rotate_key")).toEqual([]);
    await user.keyboard("{Enter}");
    const shown = within(await screen.findByTestId("new-key"));
    expect(shown.getByTestId("new-key-text")).toHaveTextContent("whsec_agents.3");
    expect(desk.requests("rotate_key")).toEqual([{ engine: "agents", signs_as: "standard_webhooks" }]);
    await desk.announce("setup");
    await waitFor(() => expect(rows()[0]).toBe("agents.3newestStandard Webhooks"));
    expect(await violations()).toEqual([]);
    await user.keyboard("c");
    expect(await screen.findByText("The secret is copied.")).toBeVisible();
    expect(await navigator.clipboard.readText()).toBe("whsec_agents.3");
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByTestId("new-key")).toBeNull());
    expect(document.body.textContent).not.toContain("whsec_");
  });

  it("lose what is shown once when the page is left", async () => {
    const { user } = await openKeys();
    await screen.findAllByTestId("key-row");
    await user.keyboard("jj");
    await user.keyboard("r");
    expect(await screen.findByRole("dialog")).toHaveTextContent("Tokens are signed by the new key at once");
    await user.keyboard("{Enter}");
    expect(await screen.findByTestId("new-key-text")).toHaveTextContent("BEGIN PUBLIC KEY");
    expect(screen.getByTestId("new-key")).toHaveTextContent("http://127.0.0.1:7410/.well-known/jwks.json");
    await user.keyboard("{Control>}1{/Control}{Control>}3{/Control}");
    await screen.findByTestId("engine");
    await user.keyboard("s");
    await screen.findAllByTestId("key-row");
    expect(document.body.textContent).not.toContain("BEGIN PUBLIC KEY");
  });

  it("are retired after a question, which says why where it is refused", async () => {
    const desk = wholeOffice();
    desk.refuse("retire_key", problem("invalid", 'The callbacks of engine "agents" would go without the key "agents".'));
    const { user } = await openKeys(desk);
    await screen.findAllByTestId("key-row");
    const retire = async () => {
      await user.keyboard("x");
      expect(await screen.findByRole("dialog")).toHaveTextContent("not taken back");
      await user.keyboard("{Enter}");
    };
    await user.keyboard("{ArrowDown}");
    await retire();
    expect(await screen.findByText(/would go without the key/)).toBeVisible();
    await retire();
    expect(await screen.findByText('The key "agents" is gone.')).toBeVisible();
    expect(desk.requests("retire_key")).toEqual([{ name: "agents" }, { name: "agents" }]);
    await desk.announce("setup");
    await waitFor(() => expect(rows()[0]).toBe("agents.2signsStandard Webhooks"));
  });

  it("are made of a kind, and a name that is taken is refused with what was typed kept", async () => {
    const desk = wholeOffice();
    desk.kept.set("agents", "in use");
    const { user } = await openKeys(desk);
    await screen.findAllByTestId("key-row");
    await user.keyboard("n");
    expect(await screen.findByTestId("key-name")).toHaveFocus();
    await user.keyboard("agents");
    await user.click(await screen.findByRole("radio", { name: /P-256/ }));
    expect(screen.getByText("For tokens by ES256. The receiver gets the public half.")).toBeVisible();
    expect(await violations()).toEqual([]);
    await user.keyboard("{Control>}{Enter}{/Control}");
    expect(await screen.findByText(/Choose another name/)).toBeVisible();
    await user.type(screen.getByTestId("key-name"), ".new");
    await user.keyboard("{Control>}{Enter}{/Control}");
    expect(await screen.findByTestId("new-key-text")).toHaveTextContent("BEGIN PUBLIC KEY");
    expect(desk.requests("create_key")).toContainEqual({ name: "agents.new", kind: "p256", replace: false });
  });

  it("are brought in hidden, and their text is nowhere afterwards", async () => {
    const { user, desk } = await openKeys();
    await screen.findAllByTestId("key-row");
    await user.keyboard("i");
    const text = await screen.findByTestId<HTMLTextAreaElement>("key-text");
    expect(text).toHaveFocus();
    expect(screen.getByTestId("key-name")).toHaveValue("agents.2");
    await user.paste("hush-hush\n");
    await user.keyboard("{Escape}i");
    expect(await screen.findByTestId("key-text"), "what was left is gone").toHaveValue("");
    await user.paste("hush-hush\n");
    expect(await violations()).toEqual([]);
    await user.keyboard("{Control>}{Enter}{/Control}");
    expect(await screen.findByText('The key "agents.2" is kept.')).toBeVisible();
    expect(desk.kept.get("agents.2")).toBe("hush-hush");
    expect(document.documentElement.outerHTML).not.toContain("hush");
    await user.keyboard("i");
    expect(await screen.findByTestId("key-text")).toHaveValue("");
  });

  it("can only be looked at where Placet cannot write them, which says what to do", async () => {
    const { user, desk } = await openKeys(wholeOffice(), "env");
    expect(await screen.findByTestId("read-only")).toHaveTextContent("Set or unset their variables PLACET_KEY_…");
    await screen.findAllByTestId("key-row");
    await user.keyboard("rnix");
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(screen.getByRole("button", { name: /New key/ })).toBeDisabled();
    expect(desk.asked.some(({ verb }) => verb.endsWith("_key"))).toBe(false);
    expect(await violations()).toEqual([]);
  });
});

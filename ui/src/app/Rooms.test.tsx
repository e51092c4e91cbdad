import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";

import { violations } from "../../testing/axe";
import { problem } from "../../testing/desk";
import { tickets, wholeOffice } from "../../testing/office";
import { open, openAtOnce, question } from "../../testing/window";

describe("the inbox", () => {
  it("shows a row's task, confidence, wait, deadline and flag", async () => {
    await open(
      tickets(3, (n) => ({
        flagged: n === 2,
        deadline: n === 3 ? new Date(Date.now() + 40 * 60_000 + 5_000).toISOString() : null,
      })),
    );
    const rows = await screen.findAllByTestId("inbox-row");
    expect(rows[0]).toHaveTextContent("Ticket 1task-141 %4 h");
    expect(rows[1]?.querySelector("[aria-label=flagged]")).toBeVisible();
    expect(rows[2]).toHaveTextContent("in 40 m");
  });

  it("moves by key and opens with Enter", async () => {
    const { user } = await open(tickets(30));
    await screen.findAllByTestId("inbox-row");
    await user.keyboard("jjj{ArrowDown}kk");
    const marked = screen.getAllByTestId("inbox-row").filter((row) => row.dataset.cursor === "true");
    expect(marked.map((row) => row.dataset.itemId)).toEqual(["3"]);
    await user.keyboard("{Enter}");
    await waitFor(() => expect(question()).toBe("Ticket 3"));
  });

  it("reaches the last of a million rows, drawing only those in view", async () => {
    const desk = tickets(8);
    desk.waiting.set("tickets", Array.from({ length: 1_000_000 }, (_, place) => place + 1));
    const { user } = await open(desk);
    await screen.findAllByTestId("inbox-row");
    await user.keyboard("{End}");
    expect(await screen.findByText("Item 1000000")).toBeInTheDocument();
    expect(screen.getAllByTestId("inbox-row").length).toBeLessThan(40);
    await user.keyboard("{Home}");
    expect(await screen.findByText("Ticket 1", { selector: ".inbox-title *" })).toBeInTheDocument();
    expect(desk.requests("inbox").every(({ limit }) => limit === 100)).toBe(true);
  });

  it("leaves a decided row out at once", async () => {
    const { user, desk } = await open(tickets(20));
    await screen.findAllByTestId("inbox-row");
    const answer = desk.hold("decide");
    await user.keyboard("1");
    const first = screen.getAllByTestId("inbox-row")[0];
    expect(first).toHaveTextContent("Ticket 2");
    expect(first).toHaveAttribute("aria-selected", "true");
    answer();
  });

  it("switches queues by key and by list, with what is in each", async () => {
    const { user } = await open(wholeOffice());
    await user.keyboard("q");
    const menu = within(await screen.findByRole("menu"));
    expect(menu.getAllByTestId("queue").map((queue) => queue.textContent)).toEqual(["tickets40", "digits30", "labels6", "refunds8", "odd-ones1"]);
    await user.click(menu.getByRole("menuitem", { name: /refunds/ }));
    await waitFor(() => expect(question()).toBe("Agent wants to refund an order"));
    expect(localStorage.getItem("placet.queue")).toBe("refunds");
  });

  it("says what is wrong when it cannot be read, and keeps the other panes", async () => {
    const desk = tickets(3);
    desk.refuse("inbox", problem("fault", "Nothing was changed: the disk cannot be read."));
    await open(desk);
    expect(await screen.findByText("Nothing was changed: the disk cannot be read.")).toBeVisible();
    expect(question()).toBe("Ticket 1");
  });
});

describe("palette and cheat sheet", () => {
  it("list every action with its key", async () => {
    const { user } = await open(wholeOffice());
    await user.keyboard("?");
    const sheet = within(await screen.findByTestId("cheat-sheet"));
    const listed = [...document.querySelectorAll<HTMLElement>("[data-testid=cheat-sheet] [data-action]")].map((line) => line.dataset.action);
    for (const name of ["approve", "reject", "correct", "submit", "note", "skip", "flag", "undo", "choose-1", "down", "open", "queues", "palette", "sheet", "theme", "go-deliveries"]) {
      expect(listed).toContain(name);
    }
    expect(new Set(listed).size, "each once").toBe(listed.length);
    expect(sheet.getByText("Login problem")).toBeVisible();
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByTestId("cheat-sheet")).toBeNull());

    await user.keyboard("{Control>}k{/Control}");
    await user.type(await screen.findByRole("textbox", { name: "Search actions" }), "deliv");
    expect(screen.getByText("Go to deliveries")).toBeVisible();
    await user.keyboard("{Enter}");
    expect(await screen.findByTestId("room-deliveries")).toBeVisible();
  });

  it("keep keys from the room behind them", async () => {
    const { user, desk } = await open(tickets(3));
    await user.keyboard("?");
    await screen.findByTestId("cheat-sheet");
    await user.keyboard("1a ");
    expect(desk.requests("decide")).toHaveLength(0);
    expect(desk.requests("skip")).toHaveLength(0);
  });
});

describe("light and dark", () => {
  it("is toggled by key and remembered", async () => {
    const { user } = await open(tickets(1));
    expect(document.documentElement).toHaveAttribute("data-mantine-color-scheme", "light");
    await user.keyboard("t");
    expect(document.documentElement).toHaveAttribute("data-mantine-color-scheme", "dark");
    expect(localStorage.getItem("mantine-color-scheme-value")).toBe("dark");
  });
});

describe("for everyone", () => {
  it.each(["tickets", "digits", "labels", "refunds", "odd-ones"])("axe finds nothing wrong in queue %s", async (queue) => {
    localStorage.setItem("placet.queue", queue);
    await open(wholeOffice());
    await screen.findAllByTestId("inbox-row");
    expect(await violations()).toEqual([]);
  });

  it("axe finds nothing wrong in a correction, the deliveries, the palette, the cheat sheet and the queue list", async () => {
    localStorage.setItem("placet.queue", "refunds");
    const { user } = await open(wholeOffice());
    await user.keyboard("e");
    expect(await violations()).toEqual([]);
    await user.keyboard("{Escape}q");
    await screen.findByRole("menu");
    expect(await violations()).toEqual([]);
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("menu")).toBeNull());
    await user.keyboard("?");
    await screen.findByTestId("cheat-sheet");
    expect(await violations()).toEqual([]);
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByTestId("cheat-sheet")).toBeNull());
    await user.keyboard("{Control>}2{/Control}{Enter}");
    await screen.findAllByTestId("delivery-row");
    await user.keyboard("{Enter}");
    await screen.findByTestId("story");
    expect(await violations()).toEqual([]);
    await user.keyboard("{Control>}k{/Control}");
    await screen.findByRole("textbox", { name: "Search actions" });
    expect(await violations()).toEqual([]);
  });

  it("axe finds nothing wrong where there is nothing yet", async () => {
    const desk = tickets(0);
    desk.queues.length = 0;
    openAtOnce(desk);
    await screen.findByTestId("no-queue");
    expect(await violations()).toEqual([]);
  });
});

describe("the audit's key", () => {
  it("is missed aloud, with what to do about it", async () => {
    const desk = tickets(1);
    desk.withoutAuditKey = "The key “audit” is not in the environment. Set PLACET_KEY_AUDIT.";
    await open(desk);
    const said = await screen.findByTestId("without-audit-key");
    expect(said).toHaveTextContent("The audit has no key");
    expect(said).toHaveAccessibleName(/Set PLACET_KEY_AUDIT/);
    expect(await violations()).toEqual([]);
  });

  it("is not spoken of while it is there", async () => {
    await open(tickets(1));
    await screen.findByTestId("waiting-count");
    expect(screen.queryByTestId("without-audit-key")).toBeNull();
  });
});

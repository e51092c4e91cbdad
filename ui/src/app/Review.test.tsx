import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";

import { problem } from "../../testing/desk";
import { tickets } from "../../testing/office";
import { decision, open, openAtOnce, pressNow, question } from "../../testing/window";

const LOST = problem("lease_lost", "Your hold on this item ran out. Open it again to answer it.");
const UNKNOWN = problem("answer_refused", '"login" is not a choice of this queue.');

/** Lets the moment pass in which keys are not taken for an item that came back by itself. */
function aMomentLater() {
  const later = Date.now() + 1_000;
  vi.spyOn(Date, "now").mockImplementation(() => later);
}

describe("deciding", () => {
  it("labels by key, and the next item is there before the desk has answered", async () => {
    const { desk } = await open(tickets(6));
    await waitFor(() => expect(desk.requests("next")).not.toHaveLength(0));
    const answer = desk.hold("decide");

    pressNow("2");

    expect(question(), "in the same tick").toBe("Ticket 2");
    expect(desk.requests("decide")).toMatchObject([{ hold: { item: 1 }, shown: "sha256:1", draft: { verdict: "correct", answer: { label: "login" } } }]);
    answer();
    expect(await screen.findByTestId("decision-toast")).toHaveTextContent("Saved.");
  });

  it("answers several in a row without waiting for any of them", async () => {
    const { desk } = await open(tickets(9));
    const answer = desk.hold("decide");
    for (const key of ["1", "2", "3", "a"]) pressNow(key);
    expect(question()).toBe("Ticket 5");
    expect(desk.requests("decide").map(({ hold }) => hold.item)).toEqual([1, 2, 3, 4]);
    answer();
    await waitFor(() => expect(desk.items.get(4)?.state).toBe("decided"));
  });

  it("reads further ahead as items leave the hand, until there are none", async () => {
    const { user } = await open(tickets(7));
    for (let n = 1; n <= 7; n++) {
      await waitFor(() => expect(question()).toBe(`Ticket ${n}`));
      await user.keyboard("1");
    }
    expect(await screen.findByText("Nothing waits in tickets.")).toBeVisible();
  });

  it("approves the surest suggestion", async () => {
    const { user, desk } = await open(tickets(2));
    await user.keyboard("a");
    expect(desk.requests("decide")[0]?.draft).toEqual({ verdict: "approve" });
  });

  it("takes an item that is opened from the inbox in hand", async () => {
    const { user, desk } = await open(tickets(30));
    const row = (await screen.findAllByTestId("inbox-row")).find((row) => row.textContent.includes("Ticket 12"));
    if (row) await user.click(row);
    await waitFor(() => expect(question()).toBe("Ticket 12"));
    await user.keyboard("1");
    expect(desk.requests("decide")[0]?.hold.item).toBe(12);
    await waitFor(() => expect(question(), "then what was read ahead").toBe("Ticket 1"));
  });

  it("says who holds an item that cannot be opened", async () => {
    const { user, desk } = await open(tickets(30));
    desk.refuse("open", problem("held_by_another", "Grace holds this item until noon. Take another one."));
    const row = (await screen.findAllByTestId("inbox-row")).find((row) => row.textContent.includes("Ticket 12"));
    if (row) await user.click(row);
    expect(await screen.findByTestId("notice")).toHaveTextContent("Grace holds this item until noon.");
    expect(question()).toBe("Ticket 1");
  });
});

describe("a decision that is refused", () => {
  it("comes back with the reason and what was written", async () => {
    const { user, desk } = await open(tickets(4));
    desk.refuse("decide", UNKNOWN);
    await user.keyboard("n");
    await user.keyboard("They say so themselves{Escape}");
    pressNow("2");
    expect(question()).toBe("Ticket 2");

    expect(await screen.findByTestId("trouble")).toHaveTextContent(UNKNOWN.message);
    expect(question()).toBe("Ticket 1");
    expect(screen.getByLabelText(/Note/)).toHaveValue("They say so themselves");
    expect(decision().getByRole("button", { name: /Login problem/ })).toHaveAttribute("aria-pressed", "true");

    aMomentLater();
    await user.keyboard("1");
    await waitFor(() => expect(desk.items.get(1)?.state).toBe("decided"));
    expect(desk.requests("decide").at(-1)?.draft).toMatchObject({ answer: { label: "billing" }, note: "They say so themselves" });
  });

  it("does not take a key that was pressed for the item it comes back over", async () => {
    const { desk } = await open(tickets(4));
    desk.refuse("decide", UNKNOWN);
    pressNow("2");
    await screen.findByTestId("trouble");
    pressNow("3");
    expect(question()).toBe("Ticket 1");
    expect(desk.requests("decide")).toHaveLength(1);
  });

  it("comes back in order when several are refused, and the others stand", async () => {
    const { desk } = await open(tickets(8));
    const answer = desk.hold("decide");
    for (const verdict of ["1", "2", "3"]) pressNow(verdict);
    desk.refuse("decide", UNKNOWN);
    desk.refuse("decide", UNKNOWN);
    answer();
    await screen.findByTestId("trouble");
    await waitFor(() => expect(desk.items.get(3)?.state).toBe("decided"));
    expect(question()).toBe("Ticket 1");

    aMomentLater();
    pressNow("1");
    await waitFor(() => expect(question()).toBe("Ticket 2"));
    expect(screen.getByTestId("trouble")).toBeVisible();
    pressNow("1");
    expect(question(), "then where the person was").toBe("Ticket 4");
  });

  it("is held again by itself when the hold ran out, with the answer kept", async () => {
    const { user, desk } = await open(tickets(3));
    desk.refuse("decide", LOST);
    await user.keyboard("2");
    expect(await screen.findByText(/It is held for you again: answer once more/)).toBeVisible();
    expect(decision().getByRole("button", { name: /Login problem/ })).toHaveAttribute("aria-pressed", "true");
    aMomentLater();
    await user.keyboard("2");
    await waitFor(() => expect(desk.items.get(1)?.state).toBe("decided"));
    const fences = desk.requests("decide").map(({ hold }) => hold.fence);
    expect(fences[1], "under a new fence").toBeGreaterThan(fences[0] ?? NaN);
  });

  it("can only be left when somebody else decided it", async () => {
    const { user, desk } = await open(tickets(3));
    desk.refuse("decide", problem("closed", "This item already has its answer."));
    await user.keyboard("2");
    expect(await screen.findByTestId("trouble")).toHaveTextContent("This item already has its answer.");
    expect(decision().getByRole("button", { name: "Approve" })).toBeDisabled();
    aMomentLater();
    await user.keyboard(" ");
    await waitFor(() => expect(question()).toBe("Ticket 2"));
    expect(desk.requests("skip"), "there is nothing to skip").toHaveLength(0);
  });
});

describe("taking back", () => {
  it("brings the item back with its answer", async () => {
    const { user, desk } = await open(tickets(4));
    await user.keyboard("3");
    await screen.findByTestId("decision-toast");
    await user.keyboard("z");
    await waitFor(() => expect(question()).toBe("Ticket 1"));
    expect(decision().getByRole("button", { name: /Refund/ })).toHaveAttribute("aria-pressed", "true");
    expect(desk.requests("undo")).toEqual([{ decision: "decision-1" }]);
    await user.keyboard("1");
    await waitFor(() => expect(desk.items.get(1)?.state).toBe("decided"));
  });

  it("gives the same label again, not the surest one, when an approval of another suggestion is taken back", async () => {
    const { user, desk } = await open(tickets(4));
    await user.keyboard("1");
    await screen.findByTestId("decision-toast");
    await user.keyboard("z");
    await waitFor(() => expect(question()).toBe("Ticket 1"));
    await user.keyboard("{Enter}");
    expect(desk.requests("decide").at(-1)?.draft.answer).toEqual({ label: "billing" });
  });

  it("waits for a decision that is still on its way", async () => {
    const { desk } = await open(tickets(4));
    const answer = desk.hold("decide");
    pressNow("3");
    pressNow("Backspace");
    expect(desk.requests("undo")).toHaveLength(0);
    answer();
    await waitFor(() => expect(question()).toBe("Ticket 1"));
  });

  it("finds a decision of an earlier window", async () => {
    const desk = tickets(3);
    const { user } = await open(desk);
    await user.keyboard("1");
    await screen.findByTestId("decision-toast");
    await user.keyboard("z");
    await waitFor(() => expect(question()).toBe("Ticket 1"));
    await user.keyboard("z");
    expect(await screen.findByTestId("notice")).toHaveTextContent("There is nothing to take back.");
    expect(desk.requests("last_decision")).toHaveLength(1);
  });

  it("says so when it is too late", async () => {
    const { user, desk } = await open(tickets(3));
    await user.keyboard("1");
    await screen.findByTestId("decision-toast");
    desk.refuse("undo", problem("too_late", "It is too late to take this back."));
    await user.keyboard("z");
    expect(await screen.findByTestId("notice")).toHaveTextContent("It is too late to take this back.");
    expect(question()).toBe("Ticket 2");
  });
});

describe("skip, flag and note", () => {
  it("puts a skipped item behind the others", async () => {
    const { user, desk } = await open(tickets(6));
    await user.keyboard(" ");
    expect(question()).toBe("Ticket 2");
    await waitFor(() => expect(desk.requests("skip")).toHaveLength(1));
    await waitFor(() => expect(desk.items.get(1)?.state).not.toBe("decided"));
  });

  it("brings an item back that could not be skipped", async () => {
    const { user, desk } = await open(tickets(6));
    desk.refuse("skip", problem("fault", "Nothing was changed: the disk is full."));
    await user.keyboard(" ");
    expect(await screen.findByTestId("trouble")).toHaveTextContent("the disk is full");
    expect(question()).toBe("Ticket 1");
  });

  it("flags and unflags", async () => {
    const { user, desk } = await open(tickets(2));
    await user.keyboard("f");
    expect(screen.getByTestId("flagged")).toBeVisible();
    await waitFor(() => expect(desk.items.get(1)?.flagged).toBe(true));
    await user.keyboard("f");
    await waitFor(() => expect(desk.items.get(1)?.flagged).toBe(false));
  });

  it("asks for the note that a rejection needs, and sends it with Enter", async () => {
    const { user, desk } = await open(tickets(2));
    await user.keyboard("x");
    expect(screen.getByTestId("lacking")).toHaveTextContent("Say why");
    expect(screen.getByLabelText(/Note/)).toHaveFocus();
    await user.keyboard("Not a ticket at all{Enter}");
    expect(desk.requests("decide")[0]?.draft).toEqual({ verdict: "reject", note: "Not a ticket at all" });
    expect(question()).toBe("Ticket 2");
    expect(document.body, "keys are keys again").toHaveFocus();
  });

  it("takes no key from a text field but Escape", async () => {
    const { user, desk } = await open(tickets(2));
    await user.keyboard("n");
    await user.keyboard("1axzf ");
    expect(screen.getByLabelText(/Note/)).toHaveValue("1axzf ");
    expect(desk.requests("decide")).toHaveLength(0);
    await user.keyboard("{Escape}1");
    expect(desk.requests("decide")[0]?.draft).toMatchObject({ answer: { label: "billing" }, note: "1axzf" });
  });
});

describe("holding", () => {
  it("lets go of what an earlier window held, before anything else", async () => {
    const { desk } = await open(tickets(2));
    const verbs = desk.asked.map(({ verb }) => verb).filter((verb) => verb !== "look_around" && verb !== "inbox");
    expect(verbs.slice(0, 2)).toEqual(["release_all", "next"]);
  });

  it("keeps what was written when another item is opened", async () => {
    const { user, desk } = await open(tickets(30));
    await user.keyboard("n");
    await user.keyboard("half a thought{Escape}");
    const row = (await screen.findAllByTestId("inbox-row"))[1];
    if (row) await user.click(row);
    await waitFor(() => expect(question()).toBe("Ticket 2"));
    expect(desk.requests("keep_draft")).toMatchObject([{ hold: { item: 1 }, draft: { note: "half a thought" } }]);
    const first = (await screen.findAllByTestId("inbox-row"))[0];
    if (first) await user.click(first);
    expect(screen.getByLabelText(/Note/)).toHaveValue("half a thought");
  });

  it("resumes a draft that was kept", async () => {
    const desk = tickets(1, () => ({ draft: { verdict: "correct", answer: { unfinished: { labels: ["refund"], written: {} } }, note: "half" } }));
    await open(desk);
    expect(screen.getByLabelText(/Note/)).toHaveValue("half");
    expect(decision().getByRole("button", { name: /Refund/ })).toHaveAttribute("aria-pressed", "true");
  });

  it("lets go of one queue's items when another one is chosen", async () => {
    const desk = tickets(8);
    desk.addQueue({ name: "pets", kind: "classify", choices: [{ label: "cat" }, { label: "dog" }] });
    desk.addItem("pets", { title: "Which pet?" });
    const { user } = await open(desk);
    await user.keyboard("]");
    await waitFor(() => expect(question()).toBe("Which pet?"));
    expect(desk.requests("release").flatMap(({ holds }) => holds.map(({ item }) => item))).toEqual([1, 2, 3, 4, 5]);
    expect(desk.waiting.get("tickets")).toHaveLength(8);
  });

  it("says when a hold was lost, and takes it again", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    try {
      const { user, desk } = await open(tickets(2));
      for (const [id, item] of desk.items) desk.items.set(id, { ...item, lease: null, state: "waiting" });
      await vi.advanceTimersByTimeAsync(101_000);
      expect(await screen.findByTestId("trouble")).toHaveTextContent("Your hold on this item ran out");
      await user.keyboard("o");
      await waitFor(() => expect(screen.getByTestId("item")).toHaveAttribute("data-standing", "held"));
    } finally {
      vi.useRealTimers();
    }
  });

  it("says at once that the engine gave up on the item in hand, and keeps what was written", async () => {
    const { user, desk } = await open(tickets(3));
    await user.keyboard("n");
    await user.type(screen.getByLabelText(/Note/), "half a thought");
    const [first] = desk.items.keys();
    const item = first === undefined ? undefined : desk.items.get(first);
    if (first === undefined || item === undefined) throw new Error("three were handed in");
    desk.items.set(first, { ...item, lease: null, state: "expired" });
    await desk.announce("holds");
    expect(await screen.findByTestId("trouble")).toHaveTextContent("The engine does not wait for this any more");
    expect(screen.getByTestId("item")).toHaveAttribute("data-standing", "closed");
    expect(screen.getByLabelText(/Note/)).toHaveValue("half a thought");
  });

  it("renews its holds once a third of their time is over", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    try {
      const { desk } = await open(tickets(2));
      await vi.advanceTimersByTimeAsync(99_000);
      expect(desk.requests("renew")).toHaveLength(0);
      await vi.advanceTimersByTimeAsync(2_000);
      expect(desk.requests("renew")[0]?.holds.map(({ item }) => item)).toEqual([1, 2]);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("states without an item", () => {
  it("shows the way to a first queue", async () => {
    const desk = tickets(0);
    desk.queues.length = 0;
    openAtOnce(desk);
    const pane = within(await screen.findByTestId("no-queue"));
    expect(pane.getByText(/placet queue add/)).toBeVisible();
    expect(pane.getByText("placet demo")).toBeVisible();
  });

  it("shows an item by itself once one comes in", async () => {
    const desk = tickets(0);
    openAtOnce(desk);
    expect(await screen.findByText("Nothing waits in tickets.")).toBeVisible();
    desk.addItem("tickets", { title: "The first one" });
    await desk.announce("items");
    await waitFor(() => expect(question()).toBe("The first one"));
  });

  it("shows why the desk could not be opened, and tries again", async () => {
    const desk = tickets(1);
    desk.refuse("look_around", problem("fault", "Placet could not start: the ledger is open in another Placet."));
    const { user } = openAtOnce(desk);
    expect(await screen.findByText(/the ledger is open in another Placet/)).toBeVisible();
    await user.click(screen.getByRole("button", { name: "Try again" }));
    await waitFor(() => expect(question()).toBe("Ticket 1"));
  });
});

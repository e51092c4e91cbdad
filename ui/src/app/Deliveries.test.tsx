import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";

import { violations } from "../../testing/axe";
import { MemoryDesk, problem } from "../../testing/desk";
import { attempt, tickets, wholeOffice } from "../../testing/office";
import { open, openAtOnce, type Opened } from "../../testing/window";

const DAY_MS = 86_400_000;

/** Opens the deliveries room. */
async function openRoom(desk: MemoryDesk): Promise<Opened> {
  const opened = openAtOnce(desk);
  await opened.user.keyboard("{Control>}2{/Control}");
  await screen.findByTestId("room-deliveries");
  return opened;
}

/** A desk with as many deliveries of each kind as it says, the oldest first. */
function deskWith(...rows: Parameters<MemoryDesk["addDelivery"]>[0][]): MemoryDesk {
  const desk = tickets(0);
  for (const row of rows) desk.addDelivery(row);
  return desk;
}

const ago = (ms: number) => new Date(Date.now() - ms).toISOString();
const titles = () => screen.queryAllByTestId("delivery-row").map((row) => row.querySelector(".cut bdi")?.textContent);
const showsTitles = (wanted: string[]) => waitFor(() => expect(titles()).toEqual(wanted));

describe("the delivery log", () => {
  it("are listed with their state, filtered by key, and loud when they need a person", async () => {
    const { user } = await open(wholeOffice());
    await user.click(screen.getByTestId("needs-you"));
    const rows = await screen.findAllByTestId("delivery-row");
    expect(rows.map((row) => row.dataset.state), "who waits longest first").toEqual(["parked", "dead", "unconfirmed"]);
    expect(rows[0]).toHaveTextContent("does not accept our signature");
    expect(screen.getByTestId("needs-you")).toHaveTextContent("3 deliveries need you: 1 given up, 1 unconfirmed, 1 parked");
    await user.keyboard("1");
    await waitFor(() => expect(screen.getAllByTestId("delivery-row")[0]?.dataset.state).toBe("held"));
    await user.keyboard("!");
    await waitFor(() => expect(screen.getAllByTestId("delivery-row")).toHaveLength(3));
    await user.keyboard("4");
    await waitFor(() => expect(screen.getAllByTestId("delivery-row").every((row) => row.dataset.state === "delivered")).toBe(true));
    await user.keyboard("3");
    await waitFor(() => expect(screen.getAllByTestId("delivery-row").map((row) => row.dataset.state)).toEqual(["held", "due"]));
  });

  it("tell each attempt, and are tried again by key", async () => {
    const desk = tickets(0);
    desk.addDelivery({ title: "First", state: "delivered" });
    desk.addDelivery(
      { title: "Second", state: "parked", reason: "The receiver does not accept our signature." },
      { attempts: [attempt(1, { outcome: "failed", status: 503, answer: "maintenance" }), attempt(2, { outcome: { parked: "auth" }, status: 401, took_ms: 2400 })] },
    );
    const { user } = openAtOnce(desk);
    await user.keyboard("{Control>}2{/Control}");
    await screen.findAllByTestId("delivery-row");
    await user.keyboard("{Enter}");
    const story = within(await screen.findByTestId("story"));
    expect((await story.findAllByTestId("attempt")).map((attempt) => attempt.textContent)).toEqual([
      expect.stringContaining("failed503") as string,
      expect.stringContaining("credentials not accepted4012.4 s") as string,
    ]);
    expect(story.getByText("maintenance")).toBeVisible();
    expect(story.getByText(/item.decided/)).toBeVisible();

    await user.keyboard("r");
    expect(desk.requests("retry")).toEqual([{ delivery: desk.deliveries[0]?.row.id }]);
    expect(await story.findByText("It is tried again now.")).toBeVisible();
    await desk.announce("deliveries");
    await waitFor(() => expect(story.getByTestId("story-state")).toHaveTextContent("tries again"));

    await user.keyboard("j");
    await waitFor(() => expect(screen.getByTestId("story")).toHaveTextContent("First"));
    expect(screen.getByRole("button", { name: "Try again" })).toBeDisabled();
    await user.keyboard("{Escape}");
    expect(screen.queryByTestId("story")).toBeNull();
  });

  it("keep the cursor on its row while newer ones come in", async () => {
    const desk = tickets(0);
    desk.addDelivery({ title: "Old" });
    const { user } = openAtOnce(desk);
    await user.keyboard("{Control>}2{/Control}");
    await user.click(await screen.findByTestId("delivery-row"));
    desk.addDelivery({ title: "New" });
    await desk.announce("deliveries");
    await waitFor(() => expect(screen.getAllByTestId("delivery-row")).toHaveLength(2));
    expect(screen.getAllByTestId("delivery-row").map((row) => row.getAttribute("aria-selected"))).toEqual(["false", "true"]);
  });
});

describe("the filter", () => {
  const desk = () =>
    deskWith(
      { title: "Old dead", state: "dead", engine: "faces", decided_at: ago(3 * DAY_MS) },
      { title: "Old parked", state: "parked", engine: "agents", decided_at: ago(2 * DAY_MS) },
      { title: "New dead", state: "dead", engine: "agents", decided_at: ago(60_000) },
      { title: "New delivered", state: "delivered", engine: "agents", decided_at: ago(50_000) },
    );

  it("joins state, engine and age, all by key, and counts what fits", async () => {
    const { user, desk: asked } = await openRoom(desk());
    await showsTitles(["New delivered", "New dead", "Old parked", "Old dead"]);
    await user.keyboard("e");
    await user.click(await screen.findByRole("menuitem", { name: "agents" }));
    await showsTitles(["New delivered", "New dead", "Old parked"]);
    await waitFor(() => expect(screen.getByTestId("fitting")).toHaveTextContent("3 deliveries"));
    expect(screen.getByTestId("filter-needs-you"), "the tabs count within it").toHaveTextContent("2");
    await user.keyboard("2");
    await showsTitles(["Old parked", "New dead"]);
    await user.keyboard("d");
    await user.click(await screen.findByRole("menuitem", { name: "Over 1 day ago" }));
    await showsTitles(["Old parked"]);
    expect(asked.requests("deliveries").at(-1)?.which).toEqual({
      states: ["parked", "expired", "unconfirmed", "dead"],
      engine: "agents",
      older_than_seconds: 86_400,
      newer_than_seconds: null,
    });
    await user.keyboard("{Escape}");
    await showsTitles(["Old dead", "Old parked", "New dead"]);
    await user.keyboard("s");
    await user.click(await screen.findByRole("menuitem", { name: /^parked/ }));
    await showsTitles(["Old parked"]);
    expect(screen.getByTestId("filter-by-state")).toHaveTextContent("parked");
  });

  it("lets both ends of an age go together while there is time between them", async () => {
    const { user } = await openRoom(desk());
    const choose = async (name: string) => {
      await user.keyboard("d");
      await user.click(await screen.findByRole("menuitem", { name }));
    };
    await choose("In the last 7 days");
    await choose("Over 1 day ago");
    await showsTitles(["Old parked", "Old dead"]);
    expect(screen.getByTestId("filter-by-decided")).toHaveTextContent("1 day to 7 days ago");
    await choose("In the last hour");
    await showsTitles(["New delivered", "New dead"]);
    expect(screen.getByTestId("filter-by-decided")).toHaveTextContent("in the last hour");
  });

  it("says so when nothing fits, and how to see more", async () => {
    const { user } = await openRoom(deskWith({ title: "One", engine: "faces", decided_at: ago(60_000) }));
    await showsTitles(["One"]);
    await user.keyboard("d");
    await user.click(await screen.findByRole("menuitem", { name: "Over 1 day ago" }));
    expect(await screen.findByText("No delivery fits.")).toBeVisible();
    await user.keyboard("{Escape}");
    await showsTitles(["One"]);
  });
});

describe("what a supervisor does", () => {
  it("tries all that is shown again, after it was asked with the number", async () => {
    const desk = deskWith(
      { title: "A", state: "parked" },
      { title: "B", state: "unconfirmed" },
      { title: "C", state: "delivered" },
      { title: "D", state: "dead", engine: "agents" },
    );
    const { user } = await openRoom(desk);
    await user.keyboard("!");
    await showsTitles(["A", "B", "D"]);
    await user.keyboard("e");
    await user.click(await screen.findByRole("menuitem", { name: "faces" }));
    await showsTitles(["A", "B"]);
    await user.keyboard("{Shift>}R{/Shift}");
    const dialog = within(await screen.findByRole("dialog", { name: "Try 2 deliveries again?" }));
    expect(dialog.getByText(/1 parked, 1 unconfirmed/)).toHaveTextContent("Only those of engine faces.");
    expect(dialog.getByText(/may have got through already/)).toBeVisible();
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(desk.requests("retry_all"), "not yet").toEqual([]);
    await user.keyboard("{Shift>}R{/Shift}");
    await screen.findByTestId("ask-yes");
    await user.keyboard("{Enter}");
    expect(await screen.findByText("2 deliveries are tried again now.")).toBeVisible();
    await desk.announce("deliveries");
    expect(await screen.findByText("No delivery fits.")).toBeVisible();
    expect(desk.deliveries.map(({ row }) => row.state)).toEqual(["dead", "delivered", "due", "due"]);
    expect(screen.getByTestId("needs-you")).toHaveTextContent("1 delivery needs you");
  });

  it("is not offered to try all again where nothing can be", async () => {
    const { user, desk } = await openRoom(deskWith({ title: "C", state: "delivered" }));
    await showsTitles(["C"]);
    expect(screen.getByRole("button", { name: "Try all again" })).toBeDisabled();
    await user.keyboard("{Shift>}R{/Shift}");
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(desk.requests("retry"), "nor is Shift and R taken for R").toEqual([]);
  });

  it("says that one got through, after it was asked", async () => {
    const desk = deskWith({ title: "A", state: "unconfirmed", task: "task-7" });
    const { user } = await openRoom(desk);
    await user.keyboard("!");
    await showsTitles(["A"]);
    await user.keyboard("{Enter}c");
    expect(await screen.findByRole("dialog", { name: "Mark as delivered?" })).toHaveTextContent("You say that the engine faces has the answer for task-7.");
    await user.keyboard("{Enter}");
    await waitFor(() => expect(desk.requests("confirm")).toHaveLength(1));
    await desk.announce("deliveries");
    expect(await screen.findByText("No delivery needs you.")).toBeVisible();
    expect(screen.queryByTestId("needs-you"), "it is loud no more").toBeNull();
  });

  it("takes a held one back at once, or hears why not", async () => {
    const desk = deskWith({ title: "A", state: "held", due_at: ago(-60_000) });
    const { user } = await openRoom(desk);
    await showsTitles(["A"]);
    await user.keyboard("{Enter}");
    const story = within(await screen.findByTestId("story"));
    desk.refuse("withdraw", problem("too_late", "It is too late to take this back: the answer is on its way to the engine."));
    await user.keyboard("z");
    expect(await story.findByText(/too late to take this back/)).toBeVisible();
    await user.keyboard("z");
    expect(await story.findByText(/Nothing is sent; its item waits in its queue again/)).toBeVisible();
    await desk.announce("deliveries");
    await waitFor(() => expect(story.getByTestId("story-state")).toHaveTextContent("withdrawn"));
    expect(story.queryByRole("button", { name: "Take back" })).toBeNull();
  });
});

describe("a story", () => {
  it("tells where it stands, what to do, what was sent, and when the next try is", async () => {
    const desk = tickets(0);
    desk.addDelivery(
      { title: "A", state: "due", due_at: ago(-840_000), reason: "The receiver answered 503." },
      { attempts: [attempt(1, { outcome: "failed", status: 503 })], next: "It is tried again by itself.", ambiguous: true, queue: "gate", deadline: ago(-3_600_000) },
    );
    const { user } = await openRoom(desk);
    await showsTitles(["A"]);
    await user.keyboard("{Enter}");
    const story = within(await screen.findByTestId("story"));
    expect(await story.findByTestId("story-next")).toHaveTextContent("It is tried again by itself.");
    expect(story.getByTestId("story-state")).toHaveTextContent(/tries again ?next try in 1[34] m/);
    expect(story.getByText("The receiver answered 503.")).toBeVisible();
    expect(story.getByText(/may have got through though no answer said so/)).toBeVisible();
    expect(story.getByTestId("attempt-to-come")).toHaveTextContent(/2in 1[34] m/);
    expect(story.getByText("content-type, webhook-id, webhook-signature")).toBeVisible();
    expect(story.getByText("POST")).toBeVisible();
  });
});

describe("the pages of the log", () => {
  const many = (count: number) => {
    const desk = tickets(0);
    for (let n = 1; n <= count; n++) desk.addDelivery({ title: `Delivery ${n}` });
    return desk;
  };

  it("join, and after a change only those in view are read again", async () => {
    const desk = many(1_000);
    const { user } = await openRoom(desk);
    await waitFor(() => expect(titles()[0]).toBe("Delivery 1000"));
    for (let read = 400; read <= 1_000; read += 200) {
      await user.keyboard("{End}");
      await waitFor(() => expect(titles()).toContain(`Delivery ${1_000 - read + 201}`));
      await waitFor(() => expect(desk.requests("deliveries").length).toBeGreaterThanOrEqual(read / 200));
    }
    await user.keyboard("{End}");
    await waitFor(() => expect(titles().at(-1)).toBe("Delivery 1"));
    const before = desk.requests("deliveries").length;
    await desk.announce("deliveries");
    await waitFor(() => expect(desk.requests("deliveries").length).toBeGreaterThan(before));
    const again = desk.requests("deliveries").slice(before);
    expect(again.length, "not all five").toBeLessThanOrEqual(2);
    expect(again.every(({ past }) => past !== null), "the first is not in view").toBe(true);

    // What came meanwhile is there as soon as it comes into view.
    desk.addDelivery({ title: "Newest" });
    await desk.announce("deliveries");
    await user.keyboard("{Home}");
    await waitFor(() => expect(titles()[0]).toBe("Newest"));
    expect(new Set(titles()).size, "each once").toBe(titles().length);
  });

  it("leave no gap when more comes in above than a page may hold", async () => {
    const desk = many(450);
    const { user } = await openRoom(desk);
    await waitFor(() => expect(titles()[0]).toBe("Delivery 450"));
    await user.keyboard("{End}");
    await waitFor(() => expect(desk.requests("deliveries").some(({ past }) => past !== null)).toBe(true));
    await user.keyboard("{Home}");
    for (let n = 451; n <= 1_300; n++) desk.addDelivery({ title: `Delivery ${n}` });
    await desk.announce("deliveries");
    await waitFor(() => expect(titles()[0]).toBe("Delivery 1300"));
    // The cursor stayed on the delivery it was on.
    await user.keyboard("{Home}");
    const seen = new Set<string | null | undefined>();
    for (let page = 0; page < 120; page++) {
      for (const title of titles()) seen.add(title);
      if (seen.has("Delivery 1")) break;
      await user.keyboard("{PageDown}");
    }
    const missing = Array.from({ length: 1_300 }, (_, n) => `Delivery ${n + 1}`).filter((title) => !seen.has(title));
    expect(missing).toEqual([]);
  }, 60_000);
});

describe("for everyone", () => {
  it("axe finds nothing wrong in the filter's menus, the questions and a story that needs a person", async () => {
    const { user } = await openRoom(wholeOffice());
    await user.keyboard("!");
    await waitFor(() => expect(screen.getAllByTestId("delivery-row")).toHaveLength(3));
    for (const key of ["s", "e", "d"]) {
      await user.keyboard(key);
      await screen.findByRole("menu");
      expect(await violations()).toEqual([]);
      await user.keyboard("{Escape}");
      await waitFor(() => expect(screen.queryByRole("menu")).toBeNull());
    }
    await user.keyboard("{Enter}");
    await screen.findByTestId("story-state");
    expect(await violations()).toEqual([]);
    await user.keyboard("c");
    await screen.findByRole("dialog");
    expect(await violations()).toEqual([]);
    await user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    await user.keyboard("{Shift>}R{/Shift}");
    await screen.findByTestId("ask-yes");
    expect(await violations()).toEqual([]);
  });
});

describe("an attempt", () => {
  it("says how far it got, unless the whole answer came", async () => {
    const desk = tickets(0);
    desk.addDelivery(
      { state: "due", due_at: ago(-60_000) },
      { attempts: [attempt(1, { outcome: "failed", status: null, phase: "connect" }), attempt(2, { outcome: "failed", status: 503, phase: "got_body" })] },
    );
    const { user } = await openRoom(desk);
    await screen.findAllByTestId("delivery-row");
    await user.keyboard("{Enter}");
    const [first, second] = await within(await screen.findByTestId("story")).findAllByTestId("attempt");
    expect(first).toHaveTextContent("connecting");
    expect(second).toHaveTextContent("503");
    expect(second).not.toHaveTextContent("connecting");
  });
});

describe("a receiver that is left alone", () => {
  it("says why and for how long, marks what waits for it, and is tried by key", async () => {
    const desk = deskWith({ title: "Held up", state: "due", due_at: ago(5_000) }, { title: "On its way", state: "due", due_at: ago(-60_000), origin: "https://other.example" });
    desk.origins = [{ origin: "http://127.0.0.1:7411", why: "failing", until: ago(-25_000), failures: 5, waiting: 12 }];
    const { user } = await openRoom(desk);
    const spared = await screen.findByTestId("spared");
    expect(spared).toHaveTextContent("http://127.0.0.1:7411 failed 5 times in a row");
    expect(spared).toHaveTextContent("12 deliveries wait, one finds out in 25 s");
    const [other, held] = await screen.findAllByTestId("delivery-row");
    expect(held).toHaveTextContent("held up");
    expect(other).not.toHaveTextContent("held up");
    expect(await violations()).toEqual([]);
    await user.keyboard("{ArrowDown}{Enter}");
    await waitFor(() => expect(screen.getByTestId("story-state")).toHaveTextContent(/held up, tried in 2\d s/));
    await user.keyboard("p");
    await waitFor(() => expect(desk.requests("try_origin")).toEqual([{ origin: "http://127.0.0.1:7411" }]));
    await desk.announce("deliveries");
    await waitFor(() => expect(screen.queryByTestId("spared")).toBeNull());
  });
});

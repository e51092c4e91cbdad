import { fireEvent, screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";

import { violations } from "../../testing/axe";
import type { MemoryDesk } from "../../testing/desk";
import { wholeOffice } from "../../testing/office";
import { openAtOnce } from "../../testing/window";

async function openTry(desk: MemoryDesk = wholeOffice()) {
  const opened = openAtOnce(desk);
  await screen.findByTestId("go-engines");
  await opened.user.keyboard("{Control>}3{/Control}");
  await waitFor(() => expect(screen.getByTestId("engine")).toHaveAttribute("data-engine", "agents"));
  await opened.user.keyboard("a");
  await screen.findByTestId("try");
  return opened;
}

const write = (field: string, text: string) => fireEvent.change(screen.getByTestId(field), { target: { value: text } });

describe("an answer that is tried", () => {
  it("is judged in words beside what would be sent, and nothing is sent", async () => {
    const { user, desk } = await openTry();
    expect(screen.getByTestId("try-status")).toHaveFocus();
    expect(await screen.findByTestId("fate")).toHaveTextContent("acceptedThe receiver has it.The delivery would be delivered, not tried again.");
    expect(screen.getByTestId("would-be-sent")).toHaveTextContent("POST https://agents.example/resume");
    expect(screen.getByTestId("would-be-sent")).toHaveTextContent("webhook-signature[hidden]");
    expect(await violations()).toEqual([]);

    await user.clear(screen.getByTestId("try-status"));
    await waitFor(() => expect(screen.queryByTestId("fate"), "without an answer only the request is told").toBeNull());
    await user.keyboard("429");
    write("try-headers", "Retry-After: 30");
    write("try-body", "later");
    await waitFor(() => expect(screen.getByTestId("fate")).toHaveTextContent("asked to waitThe receiver answered 429.The delivery would be due, tried again after 30 s."));
    expect(desk.requests("try_engine").at(-1)).toMatchObject({ engine: "agents", draft: { verdict: "approve" }, answer: { status: 429, headers: { "Retry-After": "30" }, body: "later" } });
    expect(desk.asked.some(({ verb }) => ["submit", "decide", "retry"].includes(verb))).toBe(false);
  });

  it("says beside the field what cannot be asked, and what the desk objects to", async () => {
    const { user } = await openTry();
    await screen.findByTestId("fate");
    write("try-status", "soon");
    expect(screen.getByTestId("try-wrong")).toHaveTextContent("A status is a number from 100 to 599.");
    expect(screen.getByTestId("rehearsed")).toHaveAttribute("data-stale", "true");
    expect(screen.getByTestId("try-status")).toHaveAccessibleDescription("A status is a number from 100 to 599.");
    expect(await violations()).toEqual([]);
    write("try-status", "200");
    write("try-item", "{}");
    expect(await screen.findByTestId("try-problem")).toHaveTextContent("The item names no callback");
    await user.click(screen.getByRole("button", { name: "Start anew" }));
    expect(await screen.findByTestId("fate")).toHaveTextContent("accepted");
    expect(screen.queryByTestId("try-problem")).toBeNull();
  });

  it("is kept while another engine is looked at, and is each engine's own", async () => {
    const { user } = await openTry();
    await screen.findByTestId("fate");
    write("try-status", "410");
    await user.keyboard("{Escape}");
    await screen.findByTestId("engine");
    await user.keyboard("j");
    await waitFor(() => expect(screen.getByTestId("engine")).toHaveAttribute("data-engine", "faces"));
    await user.keyboard("a");
    expect(await screen.findByTestId("try-status")).toHaveValue("200");
    await user.keyboard("{Escape}k");
    await waitFor(() => expect(screen.getByTestId("engine")).toHaveAttribute("data-engine", "agents"));
    await user.keyboard("a");
    expect(await screen.findByTestId("try-status")).toHaveValue("410");
  });
});

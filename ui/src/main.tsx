// Starts the window.

import "./app/language";
import "./app/styles";

import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";

import { App } from "./app/App";

const root = document.getElementById("root");
// At once, so that the first frame has something in it: a second frame waits until the first, even an empty one, is
// on screen, which takes a new window a third of a second.
if (root) flushSync(() => createRoot(root).render(<App />));

import { mount } from "svelte";
import "../fonts.css";
import "./console.css";
import App from "./App.svelte";
import { inWords } from "./reasons.js";
import { desk } from "./desk.svelte.js";

/** A console that goes dark in mid-show is no console; browsers allow this only on this machine or over https. */
function keepAwake() {
  const ask = () => document.hidden || navigator.wakeLock?.request("screen").catch(() => {}); // a low battery may refuse
  document.addEventListener("visibilitychange", ask);
  ask();
}

desk.start(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`);
window.temirbek = { desk, inWords };
keepAwake();
mount(App, { target: document.getElementById("app") });

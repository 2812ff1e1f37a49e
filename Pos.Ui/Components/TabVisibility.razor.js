/** Tells the component of each change, and at once when the page was opened behind another tab. */
export function observe(component) {
    const tell = () => component.invokeMethodAsync("ChangedAsync", !document.hidden);
    document.addEventListener("visibilitychange", tell);
    if (document.hidden) tell();
    return { stop: () => document.removeEventListener("visibilitychange", tell) };
}

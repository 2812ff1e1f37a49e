const dialog = document.getElementById("components-reconnect-modal");
dialog.addEventListener("components-reconnect-state-changed", ({ detail: { state } }) => {
    if (state === "show") dialog.showModal();
    else if (state === "hide") dialog.close();
    else if (state === "failed") document.addEventListener("visibilitychange", onVisible);
    else if (state === "rejected") location.reload(); // a new server knows nothing of this page, and the URL holds all that it needs
});
document.getElementById("components-reconnect-button").addEventListener("click", retry);

async function retry() {
    document.removeEventListener("visibilitychange", onVisible);
    try {
        if (!(await Blazor.reconnect()) && !(await Blazor.resumeCircuit())) location.reload();
        else dialog.close();
    } catch {
        document.addEventListener("visibilitychange", onVisible);
    }
}

function onVisible() {
    if (document.visibilityState === "visible") retry();
}

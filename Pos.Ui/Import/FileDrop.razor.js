/** Sends the file that is chosen or dropped, and tells the component how far it is and where it went. */
export function attach(zone, input, component, maximumBytes) {
    let request = null;

    function send(file) {
        if (!file || request) return;
        if (file.size > maximumBytes) return component.invokeMethodAsync("Failed", null);
        let told = 0;
        request = new XMLHttpRequest();
        request.open("POST", `/import/files?name=${encodeURIComponent(file.name)}`);
        request.setRequestHeader("Content-Type", "text/csv");
        request.upload.onprogress = ({ loaded, total }) => {
            const percent = Math.floor((100 * loaded) / Math.max(total, 1));
            if (percent > told) component.invokeMethodAsync("Sending", (told = percent));
        };
        request.onload = ({ target }) =>
            target.status === 201
                ? component.invokeMethodAsync("ReceivedAsync", target.getResponseHeader("Location"))
                : component.invokeMethodAsync("Failed", reason(target));
        request.onerror = () => component.invokeMethodAsync("Failed", "The connection broke before the whole file was sent.");
        request.onabort = () => component.invokeMethodAsync("Failed", "Stopped. Nothing is kept of the file.");
        request.onloadend = () => {
            request = null;
            input.value = "";
        };
        component.invokeMethodAsync("Sending", 0);
        request.send(file);
    }

    input.addEventListener("change", () => send(input.files[0]));
    zone.addEventListener("dragover", (event) => {
        event.preventDefault();
        zone.classList.add("over");
    });
    zone.addEventListener("dragleave", () => zone.classList.remove("over"));
    zone.addEventListener("drop", (event) => {
        event.preventDefault();
        zone.classList.remove("over");
        send(event.dataTransfer.files[0]);
    });
    send(input.files[0]); // chosen before this script was there
    return { abort: () => request?.abort() };
}

function reason({ status, responseText }) {
    try {
        return JSON.parse(responseText).detail ?? `The server answered ${status}.`;
    } catch {
        return `The server answered ${status}.`;
    }
}

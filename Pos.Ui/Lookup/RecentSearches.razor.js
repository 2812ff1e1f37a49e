const key = "pos-recent-searches";
const most = 8;

export function read() {
    try {
        const kept = JSON.parse(localStorage.getItem(key) ?? "[]");
        return kept.filter(search => typeof search?.url === "string" && search.url.startsWith("/?") && typeof search.text === "string").slice(0, most);
    } catch {
        return []; // not ours, or the browser keeps nothing
    }
}

export function add(search) {
    const searches = [search, ...read().filter(other => other.url !== search.url)].slice(0, most);
    try {
        localStorage.setItem(key, JSON.stringify(searches));
    } catch {
        // The browser keeps nothing: then it is forgotten with the page.
    }
    return searches;
}

export function clear() {
    localStorage.removeItem(key);
}

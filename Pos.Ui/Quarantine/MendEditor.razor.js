/** Puts the cursor into the field, with a stretch of its text selected and in sight. */
export function select(area, start, end) {
    area.focus();
    area.setSelectionRange(start, Math.max(end, Math.min(start + 1, area.value.length)));
    const lines = area.value.slice(0, start).split("\n").length;
    area.scrollTop = Math.max(0, (lines - 4) * parseFloat(getComputedStyle(area).lineHeight));
}

namespace Pos.Ui.Quarantine;

/// <summary>A stretch of a text as it is shown.</summary>
/// <param name="Text">The characters.</param>
/// <param name="Errors">The errors that are here, from 0; empty where none is.</param>
/// <param name="LeftOut">How many characters are left out here instead.</param>
internal sealed record TextPart(string Text, IReadOnlyList<int> Errors, int LeftOut = 0);

/// <summary>
/// Cuts a text where its errors are. Of a long text, what is far from its beginning and from every error is left out:
/// nobody reads it.
/// </summary>
internal static class MarkedText
{
    private const int Whole = 20_000;
    private const int Around = 500;

    public static IReadOnlyList<TextPart> Of(string text, IReadOnlyList<TextPlace?> places)
    {
        var parts = new List<TextPart>();
        var at = 0;
        var marks = places
            .Select((place, error) => (Place: place, Error: error))
            .Where(mark => mark.Place is not null)
            .GroupBy(mark => (mark.Place!.Start, mark.Place.Length))
            .OrderBy(marks => marks.Key)
            .ToList();
        foreach (var mark in marks)
        {
            var (start, length) = mark.Key;
            if (start < at)
                continue; // within what is marked already
            Add(parts, text[at..start], isBeginning: at == 0, hasErrorBehind: true, text.Length);
            parts.Add(new(text.Substring(start, length), [.. mark.Select(each => each.Error)]));
            at = start + length;
        }
        Add(parts, text[at..], isBeginning: at == 0, hasErrorBehind: false, text.Length);
        return parts;
    }

    private static void Add(List<TextPart> parts, string text, bool isBeginning, bool hasErrorBehind, int wholeLength)
    {
        var kept = hasErrorBehind ? 2 * Around : Around;
        if (wholeLength <= Whole || text.Length <= kept + Around)
        {
            if (text.Length > 0)
                parts.Add(new(text, []));
            return;
        }
        var head = isBeginning ? kept : Around;
        var tail = hasErrorBehind ? Around : 0;
        parts.Add(new(text[..head], []));
        parts.Add(new("", [], text.Length - head - tail));
        if (tail > 0)
            parts.Add(new(text[^tail..], []));
    }
}

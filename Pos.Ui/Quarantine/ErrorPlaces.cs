using System.Globalization;
using System.Text;
using Pos.Contracts;
using Pos.Contracts.Processor;

namespace Pos.Ui.Quarantine;

/// <summary>Where in a text the errors are that the processor found in it.</summary>
internal static class ErrorPlaces
{
    /// <summary>What is wrong, without the place that a JSON reader adds for programs.</summary>
    public static string Message(PurchaseError error) =>
        error.Code is PurchaseErrorCodes.InvalidJson ? error.Message.Split(" LineNumber: ")[0] : error.Message;

    /// <summary>Each error's place; null for what has none, such as a text that is too long.</summary>
    /// <param name="text">A purchase; or lines of them, to whose errors the line's place is put in front:
    /// <c>[2].lines[0].quantity</c>, from 0.</param>
    /// <param name="errors">What was found in it.</param>
    public static IReadOnlyList<TextPlace?> Find(string text, IReadOnlyList<PurchaseError> errors)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var read = new Dictionary<int, (JsonPlaces Places, int Start)>();
        return [.. errors.Select(PlaceOf)];

        TextPlace? PlaceOf(PurchaseError error)
        {
            var (line, path) = Split(error.Field);
            if (!read.TryGetValue(line, out var part))
            {
                var bytes = line < 0 ? .. : LineOf(utf8, line);
                read[line] = part = (JsonPlaces.Of(utf8.AsSpan(bytes)), bytes.GetOffsetAndLength(utf8.Length).Offset);
            }
            var place =
                error.Code is PurchaseErrorCodes.InvalidJson
                    ? part.Places.Broken
                    : part.Places.Find(
                        path,
                        isName: error.Code is PurchaseErrorCodes.UnknownField or PurchaseErrorCodes.Duplicate
                    );
            return place is { } found
                ? TextPlace.Of(text, utf8, (found.Start.Value + part.Start)..(found.End.Value + part.Start))
                : null;
        }
    }

    /// <summary>What an entry's bytes say, as far as they are text, and where its errors are in that.</summary>
    public static (string Text, IReadOnlyList<TextPlace?> Places) OfEntry(QuarantineView entry)
    {
        if (entry.Base64 is not { } base64)
            return (entry.Text ?? "", Find(entry.Text ?? "", entry.Errors));
        var bytes = Convert.FromBase64String(base64);
        var text = Encoding.UTF8.GetString(bytes); // with U+FFFD for what is not UTF-8
        var before = text.AsSpan(0, Encoding.UTF8.GetCharCount(bytes.AsSpan(0, entry.InvalidUtf8At ?? 0)));
        var place = new TextPlace(
            before.Length,
            Math.Min(1, text.Length - before.Length),
            before.Count('\n') + 1,
            before.Length - before.LastIndexOf('\n'),
            entry.InvalidUtf8At ?? 0
        );
        return (text, [.. entry.Errors.Select(error => error.Code is PurchaseErrorCodes.InvalidUtf8 ? place : null)]);
    }

    /// <summary>The line that the path begins with, -1 for the text as a whole; and the path within.</summary>
    private static (int Line, string Path) Split(string field)
    {
        var end = field.IndexOf(']', StringComparison.Ordinal);
        return
            field is ['[', ..]
            && end > 0
            && int.TryParse(field.AsSpan(1, end - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var line)
            ? (line, field[(end + 1)..].TrimStart('.'))
            : (-1, field);
    }

    private static Range LineOf(ReadOnlySpan<byte> utf8, int line)
    {
        var start = 0;
        for (; line > 0 && utf8[start..].IndexOf((byte)'\n') is >= 0 and var end; line--)
            start += end + 1;
        return utf8[start..].IndexOf((byte)'\n') is >= 0 and var length ? start..(start + length) : start..utf8.Length;
    }
}

using System.Text;

namespace Pos.Ui.Quarantine;

/// <summary>A stretch of a text, in the ways that people and programs count.</summary>
/// <param name="Start">Its first character, from 0.</param>
/// <param name="Length">In characters; 0 at the text's end.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in characters.</param>
/// <param name="Byte">Of the text as UTF-8, from 0.</param>
public sealed record TextPlace(int Start, int Length, int Line, int Column, int Byte)
{
    public string Description =>
        $"line {Formats.Figures.Count(Line)}, column {Formats.Figures.Count(Column)}, byte {Formats.Figures.Count(Byte)}";

    internal static TextPlace Of(string text, ReadOnlySpan<byte> utf8, Range bytes)
    {
        var (offset, length) = bytes.GetOffsetAndLength(utf8.Length);
        var start = Encoding.UTF8.GetCharCount(utf8[..offset]);
        var before = text.AsSpan(0, start);
        return new(
            start,
            Encoding.UTF8.GetCharCount(utf8.Slice(offset, length)),
            before.Count('\n') + 1,
            start - before.LastIndexOf('\n'),
            offset
        );
    }
}

using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Pos.Contracts.Rules;

namespace Pos.Contracts.Json;

/// <summary>
/// Writes compact JSON to a buffer, with strings as plain UTF-8. <see cref="System.Text.Json.Utf8JsonWriter"/> escapes
/// characters outside the basic plane with every encoder, which triples their size. Records are billed by size and
/// limited.
/// </summary>
internal ref struct JsonLine(IBufferWriter<byte> output)
{
    private const int MaxValueBytes = 64;
    private const int Chunk = 1024;
    private static readonly SearchValues<char> s_escaped = SearchValues.Create([
        .. Enumerable.Range(0, 0x20).Select(static c => (char)c),
        '"',
        '\\',
    ]);

    private Span<byte> _free;
    private int _used;

    /// <summary>Writes JSON without changes, such as <c>,"line":</c>.</summary>
    public void Raw(scoped ReadOnlySpan<byte> json)
    {
        json.CopyTo(Free(json.Length));
        _used += json.Length;
    }

    public void Number(int value)
    {
        Utf8Formatter.TryFormat(value, Free(MaxValueBytes), out var written);
        _used += written;
    }

    /// <summary>Writes the number without trailing zeros, so that equal amounts give equal bytes.</summary>
    public void Number(decimal value)
    {
        while (value.Scale > 0 && decimal.Round(value, value.Scale - 1) is var shorter && shorter == value)
            value = shorter;
        Utf8Formatter.TryFormat(value, Free(MaxValueBytes), out var written);
        _used += written;
    }

    public void Time(DateTimeOffset time)
    {
        var utc = UtcTime.ToMicrosecond(time).UtcDateTime;
        // Format 'O' writes seven decimals; the loop removes trailing zeros.
        var text = Free(MaxValueBytes);
        text[0] = (byte)'"';
        Utf8Formatter.TryFormat(utc, text[1..], out var written, 'O');
        var end = written; // The index of the Z.
        while (text[end - 1] == '0' && end > 21)
            end--;
        if (text[end - 1] == '.')
            end--;
        text[end++] = (byte)'Z';
        text[end++] = (byte)'"';
        _used += end;
    }

    public void Text(string? value)
    {
        if (value is null)
        {
            Raw("null"u8);
            return;
        }

        Raw("\""u8);
        var rest = value.AsSpan();
        for (int at; (at = rest.IndexOfAny(s_escaped)) >= 0; rest = rest[(at + 1)..])
        {
            Utf8(rest[..at]);
            Escaped(rest[at]);
        }
        Utf8(rest);
        Raw("\""u8);
    }

    /// <summary>
    /// Returns an upper bound of the bytes that <see cref="Text"/> writes. Exact for text without control characters.
    /// </summary>
    public static int LengthOf(string? value)
    {
        if (value is null)
            return "null".Length;
        var length = Encoding.UTF8.GetByteCount(value) + 2;
        var rest = value.AsSpan();
        for (int at; (at = rest.IndexOfAny(s_escaped)) >= 0; rest = rest[(at + 1)..])
            length += rest[at] < ' ' ? 5 : 1;
        return length;
    }

    public readonly void Flush() => output.Advance(_used);

    private void Utf8(ReadOnlySpan<char> text)
    {
        var free = Free(Encoding.UTF8.GetMaxByteCount(text.Length));
        _used += Encoding.UTF8.GetBytes(text, free);
    }

    private void Escaped(char c)
    {
        switch (c)
        {
            case '"':
                Raw("\\\""u8);
                break;
            case '\\':
                Raw("\\\\"u8);
                break;
            case '\n':
                Raw("\\n"u8);
                break;
            case '\r':
                Raw("\\r"u8);
                break;
            case '\t':
                Raw("\\t"u8);
                break;
            default:
                Raw("\\u00"u8);
                Utf8Formatter.TryFormat((byte)c, Free(2), out _, new StandardFormat('x', 2));
                _used += 2;
                break;
        }
    }

    private Span<byte> Free(int bytes)
    {
        if (_free.Length - _used < bytes)
        {
            output.Advance(_used);
            _used = 0;
            _free = output.GetSpan(Math.Max(bytes, Chunk));
        }
        return _free[_used..];
    }
}

using System.Buffers.Text;
using System.Globalization;

namespace LocalCloud.Streams;

/// <summary>
/// A sequence number of 56 decimal digits, like those of Kinesis: "49", the stream's creation time (Unix ms, 15
/// digits), the ordinal within the stream (24), the shard (15). Records and reshards of a stream share one ordinal, so
/// sequence numbers grow over time, a child shard's numbers are greater than its parents', and a stream that is created
/// again under the same name continues with greater numbers.
/// </summary>
internal readonly record struct SequenceNumber(long StreamCreated, long Ordinal, int Shard)
{
    public const int Digits = 56;

    public void Write(Span<byte> utf8)
    {
        "49"u8.CopyTo(utf8);
        Utf8Formatter.TryFormat(StreamCreated, utf8[2..], out _, new('D', 15));
        Utf8Formatter.TryFormat(Ordinal, utf8[17..], out _, new('D', 24));
        Utf8Formatter.TryFormat(Shard, utf8[41..], out _, new('D', 15));
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"49{StreamCreated:D15}{Ordinal:D24}{Shard:D15}");

    public static bool TryParse(string text, out SequenceNumber number)
    {
        number = default;
        if (
            text.Length != Digits
            || !text.StartsWith("49", StringComparison.Ordinal)
            || !TryDigits(text.AsSpan(2, 15), out var created)
            || !TryDigits(text.AsSpan(17, 24), out var ordinal)
            || !TryDigits(text.AsSpan(41, 15), out var shard)
            || shard > int.MaxValue
        )
            return false;
        number = new SequenceNumber(created, ordinal, (int)shard);
        return true;

        static bool TryDigits(ReadOnlySpan<char> digits, out long value) =>
            long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }
}

using System.Text;

namespace LocalCloud.PostgresCopy;

/// <summary>Writes a row of <c>load_errors</c>: object, line_number, column_name, reason, raw.</summary>
internal static class LoadErrorRow
{
    private const int MaxRawBytes = 16 * 1024;
    private const int MaxReasonLength = 1000;

    public static void Write(
        BinaryCopyBuffer output,
        ReadOnlySpan<byte> url,
        long number,
        RowError error,
        ReadOnlySpan<byte> line
    )
    {
        output.StartRow(5);
        output.WriteText(url);
        output.WriteInt64(number);
        if (error.Column is { } column)
            output.WriteText(Encoding.UTF8.GetBytes(column));
        else
            output.WriteNull();
        output.WriteText(
            Encoding.UTF8.GetBytes(
                error.Reason.Length > MaxReasonLength ? error.Reason[..MaxReasonLength] : error.Reason
            )
        );
        output.WriteText(ToStorableText(line.Length > MaxRawBytes ? line[..MaxRawBytes] : line));
    }

    // The column raw is only for people to read. Bytes that a text column cannot store become U+FFFD. The object has
    // the original bytes.
    private static byte[] ToStorableText(ReadOnlySpan<byte> line) =>
        Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(line).Replace('\0', '\uFFFD'));
}

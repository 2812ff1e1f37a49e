using System.Text;

namespace LocalCloud.PostgresCopy;

/// <summary>A row of <c>load_errors</c>: object, line_number, column_name, reason, raw.</summary>
internal static class LoadErrorRow
{
    private const int LargestRaw = 16 * 1024;
    private const int LongestReason = 1000;

    public static void Write(
        BinaryCopyBuffer output,
        ReadOnlySpan<byte> url,
        long number,
        RowError error,
        ReadOnlySpan<byte> line
    )
    {
        output.Row(5);
        output.Text(url);
        output.Int64(number);
        if (error.Column is { } column)
            output.Text(Encoding.UTF8.GetBytes(column));
        else
            output.Null();
        output.Text(
            Encoding.UTF8.GetBytes(error.Reason.Length > LongestReason ? error.Reason[..LongestReason] : error.Reason)
        );
        output.Text(Storable(line.Length > LargestRaw ? line[..LargestRaw] : line));
    }

    // For the eye: what no text column takes becomes U+FFFD. The object has the bytes.
    private static byte[] Storable(ReadOnlySpan<byte> line) =>
        Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(line).Replace('\0', '\uFFFD'));
}

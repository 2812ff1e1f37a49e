using System.Buffers;
using System.Text;

namespace LocalCloud.Protocol.Signatures;

/// <summary>
/// Writes a request in the form that is signed (IAM User Guide, "Create a signed AWS API request", step 1): method,
/// path, query, headers and the payload's hash, each on a line. Escapes are decoded and encoded again, so the
/// client's spelling of them does not matter.
/// </summary>
internal static class CanonicalRequest
{
    private static readonly SearchValues<byte> s_unreserved = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"u8
    );
    private static readonly SearchValues<char> s_plainPath = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/"
    );

    /// <summary>
    /// HTTP/2's pseudo-header for Host, which AWS's JavaScript client signs instead. Kestrel stores it as Host.
    /// </summary>
    public const string Authority = ":authority";

    public static void Write(
        IBufferWriter<byte> output,
        HttpContext context,
        RequestSignature signature,
        string payloadHash
    )
    {
        var request = context.Request;
        Text(output, request.Method);
        output.Write("\n"u8);
        WritePath(output, RequestTarget.Path(context));
        output.Write("\n"u8);
        WriteQuery(output, request.QueryString.Value);
        output.Write("\n"u8);
        foreach (var range in signature.SignedHeaders.AsSpan().Split(';'))
        {
            var name = signature.SignedHeaders[range];
            Text(output, name);
            output.Write(":"u8);
            var values = name is Authority ? request.Headers.Host : request.Headers[name];
            for (var i = 0; i < values.Count; i++)
            {
                if (i > 0)
                    output.Write(","u8);
                WriteValue(output, values[i].AsSpan().Trim());
            }
            output.Write("\n"u8);
        }
        output.Write("\n"u8);
        Text(output, signature.SignedHeaders);
        output.Write("\n"u8);
        Text(output, payloadHash);
    }

    private static void WritePath(IBufferWriter<byte> output, string path)
    {
        if (!path.AsSpan().ContainsAnyExcept(s_plainPath))
            Text(output, path);
        else
            Escape(output, RequestTarget.Unescape(path) ?? Encoding.UTF8.GetBytes(path), keepSlashes: true);
    }

    private static void WriteQuery(IBufferWriter<byte> output, string? query)
    {
        if (string.IsNullOrEmpty(query))
            return;
        var pairs = new List<(byte[] Name, byte[] Value)>();
        foreach (var range in query.AsSpan(1).Split('&'))
        {
            var pair = query.AsSpan(1)[range];
            var equals = pair.IndexOf('=');
            if (pair.IsEmpty || pair.StartsWith("X-Amz-Signature=", StringComparison.Ordinal))
                continue;
            pairs.Add((Escaped(equals < 0 ? pair : pair[..equals]), equals < 0 ? [] : Escaped(pair[(equals + 1)..])));
        }
        pairs.Sort(
            (left, right) =>
                left.Name.AsSpan().SequenceCompareTo(right.Name) is not 0 and var byName
                    ? byName
                    : left.Value.AsSpan().SequenceCompareTo(right.Value)
        );
        for (var i = 0; i < pairs.Count; i++)
        {
            if (i > 0)
                output.Write("&"u8);
            output.Write(pairs[i].Name);
            output.Write("="u8);
            output.Write(pairs[i].Value);
        }
    }

    private static byte[] Escaped(ReadOnlySpan<char> text)
    {
        var escaped = new ArrayBufferWriter<byte>();
        Escape(
            escaped,
            RequestTarget.Unescape(text, plusIsSpace: true) ?? Encoding.UTF8.GetBytes(text.ToString()),
            keepSlashes: false
        );
        return escaped.WrittenSpan.ToArray();
    }

    private static void Escape(IBufferWriter<byte> output, ReadOnlySpan<byte> bytes, bool keepSlashes)
    {
        Span<byte> escape = [(byte)'%', 0, 0];
        foreach (var one in bytes)
        {
            if (s_unreserved.Contains(one) || (keepSlashes && one == '/'))
            {
                output.Write([one]);
                continue;
            }
            (escape[1], escape[2]) = (Digit(one >> 4), Digit(one & 15));
            output.Write(escape);
        }

        static byte Digit(int value) => (byte)(value < 10 ? '0' + value : 'A' + value - 10);
    }

    /// <summary>Writes a header's value with consecutive spaces reduced to one.</summary>
    private static void WriteValue(IBufferWriter<byte> output, ReadOnlySpan<char> value)
    {
        while (value.IndexOf("  ", StringComparison.Ordinal) is >= 0 and var run)
        {
            Text(output, value[..run]);
            value = value[(run + 1)..];
        }
        Text(output, value);
    }

    private static void Text(IBufferWriter<byte> output, ReadOnlySpan<char> text) =>
        Encoding.UTF8.GetBytes(text, output);
}

using System.Buffers;
using System.Text;

namespace LocalCloud.Protocol.Signatures;

/// <summary>
/// A request in the form that is signed (IAM User Guide, "Create a signed AWS API request", step 1): method, path,
/// query, headers and the payload's hash, each a line. Escapes are taken off and put on again, so that it does not
/// matter how the client wrote them.
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
    /// What HTTP/2 has for the Host header; AWS's JavaScript client signs it there in its place. Kestrel keeps it as
    /// Host.
    /// </summary>
    public const string Authority = ":authority";

    public static void Write(
        IBufferWriter<byte> to,
        HttpContext context,
        RequestSignature signature,
        string payloadHash
    )
    {
        var request = context.Request;
        Text(to, request.Method);
        to.Write("\n"u8);
        WritePath(to, RequestTarget.Path(context));
        to.Write("\n"u8);
        WriteQuery(to, request.QueryString.Value);
        to.Write("\n"u8);
        foreach (var range in signature.SignedHeaders.AsSpan().Split(';'))
        {
            var name = signature.SignedHeaders[range];
            Text(to, name);
            to.Write(":"u8);
            var values = name is Authority ? request.Headers.Host : request.Headers[name];
            for (var i = 0; i < values.Count; i++)
            {
                if (i > 0)
                    to.Write(","u8);
                WriteValue(to, values[i].AsSpan().Trim());
            }
            to.Write("\n"u8);
        }
        to.Write("\n"u8);
        Text(to, signature.SignedHeaders);
        to.Write("\n"u8);
        Text(to, payloadHash);
    }

    private static void WritePath(IBufferWriter<byte> to, string path)
    {
        if (!path.AsSpan().ContainsAnyExcept(s_plainPath))
            Text(to, path);
        else
            Escape(to, RequestTarget.Unescape(path) ?? Encoding.UTF8.GetBytes(path), keepSlashes: true);
    }

    private static void WriteQuery(IBufferWriter<byte> to, string? query)
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
                to.Write("&"u8);
            to.Write(pairs[i].Name);
            to.Write("="u8);
            to.Write(pairs[i].Value);
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

    private static void Escape(IBufferWriter<byte> to, ReadOnlySpan<byte> bytes, bool keepSlashes)
    {
        Span<byte> escape = [(byte)'%', 0, 0];
        foreach (var one in bytes)
        {
            if (s_unreserved.Contains(one) || (keepSlashes && one == '/'))
            {
                to.Write([one]);
                continue;
            }
            (escape[1], escape[2]) = (Digit(one >> 4), Digit(one & 15));
            to.Write(escape);
        }

        static byte Digit(int value) => (byte)(value < 10 ? '0' + value : 'A' + value - 10);
    }

    /// <summary>Runs of spaces count as one.</summary>
    private static void WriteValue(IBufferWriter<byte> to, ReadOnlySpan<char> value)
    {
        while (value.IndexOf("  ", StringComparison.Ordinal) is >= 0 and var run)
        {
            Text(to, value[..run]);
            value = value[(run + 1)..];
        }
        Text(to, value);
    }

    private static void Text(IBufferWriter<byte> to, ReadOnlySpan<char> text) => Encoding.UTF8.GetBytes(text, to);
}

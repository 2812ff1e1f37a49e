using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LocalCloud.Benchmarks;

/// <summary>HTTP/1.1 on a bare socket: requests go out as they are, and answers cost next to nothing to read.</summary>
/// <param name="url">Of a server on loopback.</param>
internal sealed class RawConnection(Uri url) : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private Socket? _socket;
    private byte[] _buffer = new byte[256 * 1024];

    /// <summary>A request's bytes.</summary>
    /// <param name="line">Such as <c>PUT /lake/k</c>.</param>
    /// <param name="headers">Lines, beside Host and Content-Length.</param>
    /// <param name="body">What Content-Length tells.</param>
    public static byte[] Request(string line, IEnumerable<string> headers, ReadOnlySpan<byte> body)
    {
        var head = string.Join(
            "\r\n",
            [$"{line} HTTP/1.1", "Host: localhost", $"Content-Length: {body.Length}", .. headers, "", ""]
        );
        return [.. Encoding.Latin1.GetBytes(head), .. body];
    }

    /// <summary>Sends a whole request and reads its whole answer.</summary>
    /// <returns>Its status, 0 where the server closed the connection instead, and its body, good until the next
    /// exchange.</returns>
    /// <exception cref="InvalidDataException">The answer has no status or no length.</exception>
    /// <exception cref="OperationCanceledException">There is none within a minute.</exception>
    public async Task<(int Status, ReadOnlyMemory<byte> Body)> ExchangeAsync(
        ReadOnlyMemory<byte> request,
        CancellationToken cancellationToken
    )
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_patience);
        try
        {
            var socket = _socket ??= await ConnectAsync(limit.Token);
            while (!request.IsEmpty)
                request = request[await socket.SendAsync(request, limit.Token)..];
            return await ReadAsync(socket, limit.Token);
        }
        catch (SocketException)
        {
            Dispose();
            return (0, default);
        }
    }

    public void Dispose()
    {
        _socket?.Dispose();
        _socket = null;
    }

    private async Task<Socket> ConnectAsync(CancellationToken cancellationToken)
    {
        // Closed by a reset, so that a million of connections leave no ports behind that wait for late packets.
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            LingerState = new LingerOption(true, 0),
        };
        await socket.ConnectAsync(IPAddress.Loopback, url.Port, cancellationToken);
        return socket;
    }

    private async Task<(int, ReadOnlyMemory<byte>)> ReadAsync(Socket socket, CancellationToken cancellationToken)
    {
        var (read, head, length) = (0, -1, 0);
        while (head < 0 || read < head + length)
        {
            if (read == _buffer.Length)
                Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, head + length));
            var more = await socket.ReceiveAsync(_buffer.AsMemory(read), cancellationToken);
            if (more == 0)
            {
                Dispose();
                return (0, default);
            }
            read += more;
            if (head < 0 && _buffer.AsSpan(0, read).IndexOf("\r\n\r\n"u8) is >= 0 and var end)
            {
                head = end + 4;
                length = ContentLength(_buffer.AsSpan(0, head));
            }
        }
        if (!Utf8Parser.TryParse(_buffer.AsSpan(9, 3), out int status, out _))
            throw new InvalidDataException("An answer without a status.");
        if (_buffer.AsSpan(0, head).IndexOf("\r\nConnection: close\r\n"u8) >= 0)
            Dispose();
        return (status, _buffer.AsMemory(head, length));
    }

    private static int ContentLength(ReadOnlySpan<byte> head)
    {
        var name = "\r\nContent-Length: "u8;
        var at = head.IndexOf(name);
        return at >= 0 && Utf8Parser.TryParse(head[(at + name.Length)..], out int length, out _) ? length
            : head.StartsWith("HTTP/1.1 204"u8) ? 0
            : throw new InvalidDataException($"An answer without a length: {Encoding.Latin1.GetString(head)}");
    }
}

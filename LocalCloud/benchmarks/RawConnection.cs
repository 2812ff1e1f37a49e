using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace LocalCloud.Benchmarks;

/// <summary>HTTP/1.1 on a socket. It sends prebuilt requests and reads responses with little overhead.</summary>
/// <param name="url">A server on loopback.</param>
internal sealed class RawConnection(Uri url) : IDisposable
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(60);

    private Socket? _socket;
    private byte[] _buffer = new byte[256 * 1024];

    /// <summary>Builds the bytes of a request.</summary>
    /// <param name="line">Method and path, such as <c>PUT /lake/k</c>.</param>
    /// <param name="headers">Header lines in addition to Host and Content-Length.</param>
    /// <param name="body">The request body.</param>
    public static byte[] Request(string line, IEnumerable<string> headers, ReadOnlySpan<byte> body)
    {
        var head = string.Join(
            "\r\n",
            [$"{line} HTTP/1.1", "Host: localhost", $"Content-Length: {body.Length}", .. headers, "", ""]
        );
        return [.. Encoding.Latin1.GetBytes(head), .. body];
    }

    /// <summary>
    /// Sends a request and reads its response. Returns the status, 0 if the server closed the connection, and the body,
    /// which is valid until the next exchange.
    /// </summary>
    /// <exception cref="InvalidDataException">The response has no status or no length.</exception>
    /// <exception cref="OperationCanceledException">There was no response within a minute.</exception>
    public async Task<(int Status, ReadOnlyMemory<byte> Body)> ExchangeAsync(
        ReadOnlyMemory<byte> request,
        CancellationToken cancellationToken
    )
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_timeout);
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
        // Close with a reset, so that a million connections leave no ports in TIME_WAIT.
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
            throw new InvalidDataException("A response without a status.");
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
            : throw new InvalidDataException($"A response without a length: {Encoding.Latin1.GetString(head)}");
    }
}

using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Aspire.Hosting;

/// <summary>
/// Ports of this machine. A free port is one that nobody listens on now, on either loopback address, and that no
/// application of this process was given. It is none of those that a system gives to who connects or listens without
/// naming one, so that nobody gets it before the resource listens on it, or while the resource is started again.
/// </summary>
internal sealed class Ports
{
    private const int Attempts = 100;

    // Below those that systems give out themselves: from 32768 on by Linux (net.ipv4.ip_local_port_range), from 49152
    // on by macOS and Windows.
    private const int Lowest = 10_000;
    private const int End = 32_768;

    // Tests start several applications side by side.
    private static readonly ConcurrentDictionary<int, bool> s_given = new();

    private readonly HashSet<int> _reserved = [];

    public void Reserve(int port) => _reserved.Add(port);

    /// <summary>A free port, other than those given or reserved before.</summary>
    public int Allocate()
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var port = Random.Shared.Next(Lowest, End);
            if (!_reserved.Contains(port) && IsFree(port) && s_given.TryAdd(port, true))
                return port;
        }

        throw new DistributedApplicationException("No free port was found.");
    }

    public static bool IsFree(int port) =>
        CanListen(IPAddress.Loopback, port) && CanListen(IPAddress.IPv6Loopback, port);

    private static bool CanListen(IPAddress address, int port)
    {
        try
        {
            using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(address, port));
            socket.Listen();
            return true;
        }
        catch (SocketException failure)
        {
            // Without IPv6 nobody can listen there.
            return failure.SocketErrorCode is SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable;
        }
    }
}

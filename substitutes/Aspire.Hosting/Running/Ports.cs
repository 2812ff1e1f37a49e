using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Aspire.Hosting;

/// <summary>
/// Ports of this machine. A free port is one that nobody listens on now, on either loopback address, and that no application
/// of this process was given; until the resource listens on it, another process may take it. Fixed ports are checked before their resource starts.
/// </summary>
internal sealed class Ports
{
    private const int Attempts = 100;

    // Tests start several applications side by side.
    private static readonly ConcurrentDictionary<int, bool> s_given = new();

    private readonly HashSet<int> _reserved = [];

    public void Reserve(int port) => _reserved.Add(port);

    /// <summary>A free port, other than those given or reserved before.</summary>
    public int Allocate()
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            var port = ((IPEndPoint)socket.LocalEndPoint!).Port;
            if (CanListen(IPAddress.IPv6Loopback, port) && !_reserved.Contains(port) && s_given.TryAdd(port, true))
                return port;
        }

        throw new DistributedApplicationException("No free port was found.");
    }

    public static bool IsFree(int port) => CanListen(IPAddress.Loopback, port) && CanListen(IPAddress.IPv6Loopback, port);

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

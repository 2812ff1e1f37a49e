using System.Net;
using System.Net.Sockets;

namespace Aspire.Hosting;

/// <summary>
/// Ports of this machine. A free port is one that nobody listens on now, on either loopback address; until the resource
/// listens on it, somebody else may take it. Fixed ports are checked before their resource starts.
/// </summary>
internal sealed class Ports
{
    private const int Attempts = 100;

    private readonly HashSet<int> _given = [];

    public void Reserve(int port) => _given.Add(port);

    /// <summary>A free port, other than those given or reserved before.</summary>
    public int Allocate()
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            var port = ((IPEndPoint)socket.LocalEndPoint!).Port;
            if (CanListen(IPAddress.IPv6Loopback, port) && _given.Add(port))
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

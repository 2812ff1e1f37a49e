using System.Net;
using System.Net.Sockets;

namespace LocalCloud.Tests.Support;

internal static class Loopback
{
    // Below the ephemeral ports, which parallel tests use.
    private const int MinPort = 10_000;
    private const int EndPort = 32_768;

    /// <summary>Returns a free port, for a program that cannot choose one itself.</summary>
    public static int FreePort()
    {
        while (true)
        {
            using var listener = new TcpListener(IPAddress.Loopback, Random.Shared.Next(MinPort, EndPort));
            try
            {
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException)
            {
                // The port is in use.
            }
        }
    }
}

using System.Buffers;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace LocalCloud.Protocol;

/// <summary>
/// HTTP/2 beside HTTP/1.1 on one port without TLS. AWS's JavaScript client for Kinesis begins with HTTP/2 on
/// <c>http://</c> as well (prior knowledge, RFC 9113 3.3). Kestrel chooses by what TLS negotiated and takes HTTP/1.1
/// where there is no TLS, so a connection that begins with HTTP/2's preface is given the outcome of such a negotiation.
/// </summary>
internal static class PlaintextHttp2
{
    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    public static void UsePlaintextHttp2(this KestrelServerOptions kestrel)
    {
        kestrel.AllowAlternateSchemes = true; // the requests' ":scheme" is http, on what Kestrel takes for TLS
        kestrel.ConfigureEndpointDefaults(endpoint =>
            endpoint.Use(next => connection => ServeAsync(connection, next, kestrel.Limits.KeepAliveTimeout))
        );
    }

    private static async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next, TimeSpan patience)
    {
        if (await BeginsWithPrefaceAsync(connection, patience) is not { } isHttp2)
            return;
        if (isHttp2)
        {
            var negotiated = new Negotiated();
            connection.Features.Set<ITlsConnectionFeature>(negotiated);
            connection.Features.Set<ITlsApplicationProtocolFeature>(negotiated);
        }
        await next(connection);
    }

    /// <returns>Null when the connection ended, or nothing came on it.</returns>
    private static async Task<bool?> BeginsWithPrefaceAsync(ConnectionContext connection, TimeSpan patience)
    {
        var stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested
            ?? default;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed, stopping);
        timeout.CancelAfter(patience);
        try
        {
            while (true)
            {
                var read = await connection.Transport.Input.ReadAsync(timeout.Token);
                var decided = Decide(read.Buffer);
                // Nothing is consumed; what is examined wakes no reader again, unless it is all there will be to decide
                // on.
                connection.Transport.Input.AdvanceTo(
                    read.Buffer.Start,
                    decided is null ? read.Buffer.End : read.Buffer.Start
                );
                if (decided is not null)
                    return decided;
                if (read.IsCompleted)
                    return read.Buffer.IsEmpty ? null : false;
            }
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException or ConnectionAbortedException)
        {
            return null;
        }
    }

    /// <summary>Null while the bytes could still become the preface.</summary>
    private static bool? Decide(in ReadOnlySequence<byte> buffer)
    {
        Span<byte> start = stackalloc byte[(int)Math.Min(buffer.Length, Preface.Length)];
        buffer.Slice(0, start.Length).CopyTo(start);
        return !Preface.StartsWith(start) ? false
            : start.Length == Preface.Length ? true
            : null;
    }

    private sealed class Negotiated : ITlsConnectionFeature, ITlsApplicationProtocolFeature
    {
        public X509Certificate2? ClientCertificate { get; set; }
        public ReadOnlyMemory<byte> ApplicationProtocol { get; } = "h2"u8.ToArray();

        public Task<X509Certificate2?> GetClientCertificateAsync(CancellationToken cancellationToken) =>
            Task.FromResult<X509Certificate2?>(null);
    }
}

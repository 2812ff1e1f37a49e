using System.Buffers;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace LocalCloud.Protocol;

/// <summary>
/// Serves HTTP/2 and HTTP/1.1 on one port without TLS. AWS's JavaScript client for Kinesis uses HTTP/2 on
/// <c>http://</c>, too (prior knowledge, RFC 9113 section 3.3). Kestrel selects the protocol by TLS negotiation and
/// otherwise uses HTTP/1.1, so a connection that starts with the HTTP/2 preface gets the result of a negotiation.
/// </summary>
internal static class PlaintextHttp2
{
    private static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    public static void UsePlaintextHttp2(this KestrelServerOptions kestrel)
    {
        kestrel.AllowAlternateSchemes = true; // Requests have the ":scheme" http on connections that count as TLS.
        kestrel.ConfigureEndpointDefaults(endpoint =>
            endpoint.Use(next => connection => ServeAsync(connection, next, kestrel.Limits.KeepAliveTimeout))
        );
    }

    private static async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next, TimeSpan timeoutAfter)
    {
        if (await StartsWithPrefaceAsync(connection, timeoutAfter) is not { } isHttp2)
            return;
        if (isHttp2)
        {
            var negotiated = new Negotiated();
            connection.Features.Set<ITlsConnectionFeature>(negotiated);
            connection.Features.Set<ITlsApplicationProtocolFeature>(negotiated);
        }
        await next(connection);
    }

    /// <summary>Returns null if the connection ended or sent nothing before the timeout.</summary>
    private static async Task<bool?> StartsWithPrefaceAsync(ConnectionContext connection, TimeSpan timeoutAfter)
    {
        var stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested
            ?? default;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed, stopping);
        timeout.CancelAfter(timeoutAfter);
        try
        {
            while (true)
            {
                var read = await connection.Transport.Input.ReadAsync(timeout.Token);
                var decided = Decide(read.Buffer);
                // Consume nothing. Mark the bytes as examined only while undecided, to wait for more.
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
        catch (Exception disconnected)
            when (disconnected is OperationCanceledException or IOException or ConnectionAbortedException)
        {
            return null;
        }
    }

    /// <summary>Returns null while the bytes are only a part of the preface.</summary>
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

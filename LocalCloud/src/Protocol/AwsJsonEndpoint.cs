using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using LocalCloud.Faults;
using LocalCloud.Protocol.Signatures;

namespace LocalCloud.Protocol;

/// <summary>
/// Reads the body, finds the service by its target and writes its response or error, in the service's JSON version or
/// in CBOR 1.1.
/// </summary>
internal static partial class AwsJsonEndpoint
{
    public static void MapAwsJson(this WebApplication app)
    {
        var services = app
            .Services.GetServices<IAwsJsonService>()
            .ToDictionary(service => service.TargetPrefix, StringComparer.Ordinal);
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("LocalCloud.AwsJson");
        var bodies = app.Services.GetRequiredService<RequestBodies>();
        var signatures = app.Services.GetRequiredService<SignatureVerifier>();
        var capacity = app.Services.GetRequiredService<ResponseCapacity>();
        var faults = app.Services.GetRequiredService<FaultInjection>();
        var metrics = app.Services.GetRequiredService<CallMetrics>();
        app.MapPost("/", context =>
            HandleAsync(context, services, bodies, capacity, signatures, faults, metrics, logger)
        );
    }

    private static async Task HandleAsync(
        HttpContext context,
        Dictionary<string, IAwsJsonService> services,
        RequestBodies bodies,
        ResponseCapacity capacity,
        SignatureVerifier signatures,
        FaultInjection faults,
        CallMetrics metrics,
        ILogger logger
    )
    {
        var requestId = Guid.NewGuid().ToString();
        context.Response.Headers["x-amzn-RequestId"] = requestId;
        IAwsJsonService? service = null;
        context.Response.ContentType = AwsJsonContent.Json11;
        var began = Stopwatch.GetTimestamp();
        var target = context.Request.Headers["X-Amz-Target"].ToString();
        try
        {
            var (prefix, operation) = target.IndexOf('.') is > 0 and var dot
                ? (target[..dot], target[(dot + 1)..])
                : (target, "");
            services.TryGetValue(prefix, out service);
            context.Response.ContentType = ContentType(context, service);
            if (service is null)
                throw AwsException.UnknownOperation(target);
            CallSpan.Set(context, prefix[..prefix.IndexOf('_')], operation);

            using var body = await bodies.ReadAsync(context.Request, service.MaxBodyBytes, context.RequestAborted);
            signatures.Verify(context, SigningName(service), body.Bytes.Span);
            if (faults.FindFault(SigningName(service), operation) is { } fault)
                await OperateWithFaultAsync(fault, context, service, operation, body.Bytes, capacity);
            else
                await OperateAsync(context, service, operation, body.Bytes, capacity);
            metrics.RecordCall(SigningName(service), operation, began);
        }
        catch (AwsException error)
        {
            CallSpan.Fail(context, error.Code);
            metrics.RecordError(service is null ? "unknown" : SigningName(service), error.Code);
            await WriteErrorAsync(context, service, error);
        }
        catch (SignatureException error)
        {
            await WriteErrorAsync(context, service, error.ToJsonError());
        }
        catch (JsonException error)
        {
            await WriteErrorAsync(context, service, new("SerializationException", error.Message));
        }
        catch (BadHttpRequestException error)
        {
            // The client's error: usually it disconnected.
            await WriteErrorAsync(context, service, new("SerializationException", error.Message, error.StatusCode));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested) { }
        catch (Exception error)
        {
            LogFailure(logger, error, target, requestId);
            await WriteErrorAsync(
                context,
                service,
                new("InternalFailure", $"The request failed ({requestId}). The server's log has the reason.", 500)
            );
        }
    }

    // A separate method, so that calls without faults allocate no closure.
    private static Task OperateWithFaultAsync(
        CallFault fault,
        HttpContext context,
        IAwsJsonService service,
        string operation,
        ReadOnlyMemory<byte> body,
        ResponseCapacity capacity
    ) => fault.ApplyAsync(context, () => OperateAsync(context, service, operation, body, capacity));

    private static async Task OperateAsync(
        HttpContext context,
        IAwsJsonService service,
        string operation,
        ReadOnlyMemory<byte> body,
        ResponseCapacity capacity
    )
    {
        var kilobytes = service.MaxResponseKilobytes(operation);
        using var reservation = await capacity.AcquireAsync(context, IsCbor(context) ? 2 * kilobytes : kilobytes);
        using var response = new SegmentedBuffer();
        if (IsCbor(context))
            await HandleCborAsync(service, operation, body, response, context.RequestAborted);
        else
            await HandleJsonAsync(service, operation, body, response, context.RequestAborted);
        await SendAsync(context, service, response);
    }

    private static Task SendAsync(HttpContext context, IAwsJsonService? service, SegmentedBuffer response)
    {
        if (service is { HasChecksum: true })
            context.Response.Headers["x-amz-crc32"] = response.Crc32().ToString(CultureInfo.InvariantCulture);
        context.Response.ContentLength = response.Length;
        return response.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private static string ContentType(HttpContext context, IAwsJsonService? service)
    {
        var json = service?.ContentType ?? AwsJsonContent.Json11;
        return
            json is AwsJsonContent.Json11
            && context.Request.ContentType?.StartsWith(AwsJsonContent.Cbor11, StringComparison.OrdinalIgnoreCase)
                is true
            ? AwsJsonContent.Cbor11
            : json;
    }

    /// <summary>Returns the target's prefix without its version: <c>kinesis</c> for <c>Kinesis_20131202</c>.</summary>
    private static string SigningName(IAwsJsonService service) =>
        service.TargetPrefix[..service.TargetPrefix.IndexOf('_')].ToLowerInvariant();

    private static bool IsCbor(HttpContext context) => context.Response.ContentType is AwsJsonContent.Cbor11;

    private static async Task HandleJsonAsync(
        IAwsJsonService service,
        string operation,
        ReadOnlyMemory<byte> request,
        IBufferWriter<byte> response,
        CancellationToken cancellationToken
    )
    {
        await using var writer = new Utf8JsonWriter(
            response,
            new JsonWriterOptions { SkipValidation = true, Encoder = service.Encoder }
        );
        await service.HandleAsync(operation, request, writer, cancellationToken);
    }

    private static async Task HandleCborAsync(
        IAwsJsonService service,
        string operation,
        ReadOnlyMemory<byte> request,
        IBufferWriter<byte> response,
        CancellationToken cancellationToken
    )
    {
        using var json = new PooledBuffer();
        using (var requestJson = new PooledBuffer())
        {
            CborRequest.ToJson(request, requestJson);
            await HandleJsonAsync(service, operation, requestJson.WrittenMemory, json, cancellationToken);
        }
        CborResponse.FromJson(json.WrittenSpan, response);
    }

    private static async Task WriteErrorAsync(HttpContext context, IAwsJsonService? service, AwsException error)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }
        context.Response.StatusCode = error.StatusCode;
        context.Response.Headers["x-amzn-ErrorType"] = error.Code;
        using var json = new PooledBuffer();
        await using (var writer = new Utf8JsonWriter(json, new JsonWriterOptions { Encoder = service?.Encoder }))
        {
            writer.WriteStartObject();
            writer.WriteString("__type", service?.ErrorType(error.Code) ?? error.Code);
            if (error.Message.Length > 0)
                writer.WriteString(service?.MessageMember(error.Code) ?? "message", error.Message);
            error.WriteMembers?.Invoke(writer);
            writer.WriteEndObject();
        }
        using var response = new SegmentedBuffer();
        if (IsCbor(context))
            CborResponse.FromJson(json.WrittenSpan, response);
        else
            response.Write(json.WrittenSpan);
        try
        {
            await SendAsync(context, service, response);
        }
        catch (Exception disconnected) when (disconnected is OperationCanceledException or IOException)
        {
            // The client disconnected before it received the response.
        }
    }

    [LoggerMessage(1, LogLevel.Error, "{Target} failed; request {RequestId} returned InternalFailure")]
    private static partial void LogFailure(ILogger logger, Exception error, string target, string requestId);
}

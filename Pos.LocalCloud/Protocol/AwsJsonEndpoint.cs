using System.Text.Json;

namespace Pos.LocalCloud.Protocol;

/// <summary>Reads the body, finds the service by its target and writes its answer or its error, as JSON 1.1 has them.</summary>
internal static partial class AwsJsonEndpoint
{
    // Kinesis takes 5 MiB a call as binary (PutRecords), Firehose 4 MiB; base64 adds a third, and JSON some more.
    private const int LargestBody = 10 * 1024 * 1024;
    private const string ContentType = "application/x-amz-json-1.1";

    public static void MapAwsJson(this WebApplication app)
    {
        var services = app.Services.GetServices<IAwsJsonService>().ToDictionary(service => service.TargetPrefix, StringComparer.Ordinal);
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Pos.LocalCloud.AwsJson");
        app.MapPost("/", context => AnswerAsync(context, services, logger));
    }

    private static async Task AnswerAsync(HttpContext context, Dictionary<string, IAwsJsonService> services, ILogger logger)
    {
        var requestId = Guid.NewGuid().ToString();
        context.Response.Headers["x-amzn-RequestId"] = requestId;
        context.Response.ContentType = ContentType;
        var target = context.Request.Headers["X-Amz-Target"].ToString();
        try
        {
            var (prefix, operation) = target.IndexOf('.') is > 0 and var dot ? (target[..dot], target[(dot + 1)..]) : (target, "");
            if (!services.TryGetValue(prefix, out var service))
                throw AwsException.UnknownOperation(target);

            var body = await ReadBodyAsync(context.Request, context.RequestAborted);
            using var buffer = new PooledBuffer();
            await using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
                await service.HandleAsync(operation, body, writer, context.RequestAborted);
            context.Response.ContentLength = buffer.WrittenMemory.Length;
            await context.Response.Body.WriteAsync(buffer.WrittenMemory, context.RequestAborted);
        }
        catch (AwsException error)
        {
            await WriteErrorAsync(context, error.StatusCode, error.Code, error.Message);
        }
        catch (JsonException error)
        {
            await WriteErrorAsync(context, 400, "SerializationException", error.Message);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
        }
        catch (Exception error)
        {
            LogFailure(logger, error, target, requestId);
            await WriteErrorAsync(context, 500, "InternalFailure", $"The request failed ({requestId}); the log has the reason.");
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > LargestBody)
            throw TooLarge();
        using var body = new MemoryStream((int)(request.ContentLength ?? 0));
        var chunk = new byte[64 * 1024];
        while (await request.Body.ReadAsync(chunk, cancellationToken) is > 0 and var read)
        {
            if (body.Length + read > LargestBody)
                throw TooLarge();
            body.Write(chunk, 0, read);
        }
        return body.GetBuffer().AsMemory(0, (int)body.Length);

        static AwsException TooLarge() => new("RequestEntityTooLargeException", $"A request holds at most {LargestBody} bytes.", 413);
    }

    private static async Task WriteErrorAsync(HttpContext context, int statusCode, string code, string message)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }
        context.Response.StatusCode = statusCode;
        context.Response.Headers["x-amzn-ErrorType"] = code;
        using var buffer = new PooledBuffer();
        await using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("__type", code);
            writer.WriteString("message", message);
            writer.WriteEndObject();
        }
        context.Response.ContentLength = buffer.WrittenMemory.Length;
        await context.Response.Body.WriteAsync(buffer.WrittenMemory, context.RequestAborted);
    }

    [LoggerMessage(1, LogLevel.Error, "{Target} failed, request {RequestId}")]
    private static partial void LogFailure(ILogger logger, Exception error, string target, string requestId);
}

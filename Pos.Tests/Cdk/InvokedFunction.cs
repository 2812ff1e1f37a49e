using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Pos.Tests.Cdk;

/// <summary>
/// Starts and calls a function's package like the AWS Lambda Web Adapter: runs <c>bootstrap</c> with the function's
/// environment, waits for the readiness path, then sends each event as a request to <c>127.0.0.1:PORT</c>.
/// </summary>
internal sealed class InvokedFunction : IAsyncDisposable
{
    private readonly Process _process;
    private readonly HttpClient _client;
    private readonly Dictionary<string, string> _environment;

    private InvokedFunction(
        Process process,
        HttpClient client,
        Dictionary<string, string> environment,
        TimeSpan coldStart
    ) => (_process, _client, _environment, ColdStart) = (process, client, environment, coldStart);

    /// <summary>Time from the start of the process until it is ready.</summary>
    public TimeSpan ColdStart { get; }

    /// <param name="package">The deployed folder.</param>
    /// <param name="function">The function in the template, for its environment.</param>
    /// <param name="settings">Values that a deployment would set.</param>
    public static async Task<InvokedFunction> StartAsync(
        string package,
        Resource function,
        Dictionary<string, string> settings
    )
    {
        var environment = function["Environment"]!["Variables"]!
            .AsObject()
            .Where(variable => variable.Value!.GetValueKind() is JsonValueKind.String)
            .ToDictionary(variable => variable.Key, variable => variable.Value!.GetValue<string>());
        foreach (var (name, value) in settings)
            environment[name] = value;
        environment["PORT"] = $"{Loopback.FreePort()}";
        environment["AWS_LAMBDA_FUNCTION_NAME"] = function.Name;

        var start = new ProcessStartInfo(Path.Combine(package, "bootstrap"))
        {
            WorkingDirectory = "/",
            RedirectStandardOutput = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var running = Stopwatch.StartNew();
        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        var client = new HttpClient { BaseAddress = new($"http://127.0.0.1:{environment["PORT"]}") };
        await Wait.UntilAsync(async () =>
        {
            if (process.HasExited)
                throw new InvalidOperationException($"{function.Name} ended with {process.ExitCode}.");
            try
            {
                using var ready = await client.GetAsync(environment["AWS_LWA_READINESS_CHECK_PATH"]);
                return ((int)ready.StatusCode).ToString(CultureInfo.InvariantCulture)
                    == environment["AWS_LWA_READINESS_CHECK_HEALTHY_STATUS"];
            }
            catch (HttpRequestException)
            {
                return false; // The service does not listen yet.
            }
        });
        return new(process, client, environment, running.Elapsed);
    }

    /// <summary>Calls the function with an event and returns Lambda's result.</summary>
    /// <exception cref="InvalidOperationException">The invocation failed.</exception>
    public async Task<string> InvokeAsync(JsonObject invocation)
    {
        using var request = ToRequest(invocation);
        using var response = await _client.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        if (_environment.GetValueOrDefault("AWS_LWA_ERROR_STATUS_CODES") is { } codes)
        {
            var bounds = codes.Split('-').Select(int.Parse).ToArray();
            if ((int)response.StatusCode >= bounds[0] && (int)response.StatusCode <= bounds[1])
                throw new InvalidOperationException(
                    $"Request failed with configured error status code: {(int)response.StatusCode}"
                );
        }
        return invocation.ContainsKey("requestContext")
            ? new JsonObject { ["statusCode"] = (int)response.StatusCode, ["body"] = body }.ToJsonString()
            : body;
    }

    private HttpRequestMessage ToRequest(JsonObject invocation)
    {
        if (invocation["requestContext"]?["http"] is not { } http)
        {
            return new(HttpMethod.Post, _environment["AWS_LWA_PASS_THROUGH_PATH"])
            {
                Content = new StringContent(invocation.ToJsonString(), Encoding.UTF8, "application/json"),
            };
        }
        var text = invocation["body"]?.GetValue<string>() ?? "";
        var body = invocation["isBase64Encoded"]!.GetValue<bool>()
            ? Convert.FromBase64String(text)
            : Encoding.UTF8.GetBytes(text);
        var request = new HttpRequestMessage(
            HttpMethod.Parse(http["method"]!.GetValue<string>()),
            invocation["rawPath"]!.GetValue<string>()
        )
        {
            Content = new ByteArrayContent(body),
        };
        foreach (
            var (name, value) in invocation["headers"]!
                .AsObject()
                .Where(header => header.Key is not ("host" or "content-length"))
        )
        {
            if (!request.Headers.TryAddWithoutValidation(name, value!.GetValue<string>()))
                request.Content.Headers.TryAddWithoutValidation(name, value!.GetValue<string>());
        }
        request.Headers.Add("x-amzn-request-context", invocation["requestContext"]!.ToJsonString());
        return request;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}

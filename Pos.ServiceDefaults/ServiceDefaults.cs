using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Http.Resilience;
using BadHttpRequestException = Microsoft.AspNetCore.Http.BadHttpRequestException;

namespace Pos.ServiceDefaults;

/// <summary>Configures what every service needs.</summary>
public static class ServiceDefaults
{
    internal const string HealthPath = "/health";
    internal const string AlivePath = "/alive";

    /// <summary>
    /// Adds console logs, telemetry, health checks, problem details, resilient HTTP clients and the clock.
    /// </summary>
    public static TBuilder AddServiceDefaults<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        // Insert as the first source, so that every other source overrides it.
        builder.Configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = s_loggingDefaults });
        builder.AddTelemetry();
        builder.Services.AddHealthChecks();
        builder.Services.AddProblemDetails();
        builder.Services.Configure<KestrelServerOptions>(kestrel => kestrel.AddServerHeader = false);
        builder.Services.TryAddSingleton(TimeProvider.System);
        // Only the caller knows whether it is safe to repeat a POST.
        builder.Services.ConfigureHttpClientDefaults(http =>
            http.AddStandardResilienceHandler(options => options.Retry.DisableForUnsafeHttpMethods())
        );
        return builder;
    }

    /// <summary>
    /// Maps <c>/health</c> (ready: all checks pass) and <c>/alive</c> (the process responds), and returns unhandled
    /// errors as problem details. Call it before mapping endpoints.
    /// </summary>
    public static WebApplication MapServiceDefaults(this WebApplication app)
    {
        app.UseExceptionHandler(
            new ExceptionHandlerOptions
            {
                StatusCodeSelector = error =>
                    error is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError,
                // Do not log the client's mistakes, nor errors that a service's own handler has logged.
                SuppressDiagnosticsCallback = handled =>
                    handled.Exception is BadHttpRequestException
                    || handled.ExceptionHandledBy == ExceptionHandledType.ExceptionHandlerService,
            }
        );
        app.UseStatusCodePages();
        app.MapHealthChecks(HealthPath, new() { ResponseWriter = WriteHealthAsync });
        app.MapHealthChecks(AlivePath, new() { Predicate = _ => false, ResponseWriter = WriteHealthAsync });
        return app;
    }

    /// <summary>
    /// Writes <c>{"status":"Unhealthy","checks":{"stream":"Cannot describe stream purchases."},"version":"0.2.0"}</c>.
    /// </summary>
    private static async Task WriteHealthAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(
            context.Response.BodyWriter,
            new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping } // the version has a plus sign
        );
        json.WriteStartObject();
        json.WriteString("status", report.Status.ToString());
        json.WriteStartObject("checks");
        foreach (var (name, check) in report.Entries)
            json.WriteString(name, check.Description ?? check.Status.ToString());
        json.WriteEndObject();
        json.WriteString("version", ProductVersion.Text);
        json.WriteEndObject();
    }

    private static readonly Dictionary<string, string?> s_loggingDefaults = new()
    {
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        ["Logging:LogLevel:Microsoft.Extensions.Http"] = "Warning",
        // The response reports failed checks, which clients repeat every second while a service starts.
        ["Logging:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks"] = "None",
        ["Logging:LogLevel:System.Net.Http"] = "Warning",
        ["Logging:LogLevel:Polly"] = "Warning",
        ["Logging:LogLevel:Amazon"] = "Warning",
        ["Logging:LogLevel:Npgsql"] = "Warning",
        ["Logging:Console:FormatterName"] = "simple",
        ["Logging:Console:FormatterOptions:SingleLine"] = "true",
    };
}

using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting;

/// <summary>What every project finds in its environment when it runs.</summary>
internal static class ProjectEnvironment
{
    /// <summary>Replaced by the part of the process's id that is its own.</summary>
    public const string InstanceSuffix = "{{instance}}";

    public static void AddTelemetry(EnvironmentCallbackContext context, IDistributedApplicationBuilder builder)
    {
        var variables = context.EnvironmentVariables;
        variables["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"] = "in_memory";
        if (context.ExecutionContext.IsPublishMode)
            return;
        variables["OTEL_SERVICE_NAME"] = context.Resource.Name;
        variables["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={InstanceSuffix}";

        if (Collector(builder) is var (url, protocol))
        {
            variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = url;
            variables["OTEL_EXPORTER_OTLP_PROTOCOL"] = protocol;
        }

        if (builder.Environment.IsDevelopment())
        {
            variables["OTEL_BLRP_SCHEDULE_DELAY"] = "1000";
            variables["OTEL_BSP_SCHEDULE_DELAY"] = "1000";
            variables["OTEL_METRIC_EXPORT_INTERVAL"] = "1000";
            variables["OTEL_TRACES_SAMPLER"] = "always_on";
            variables["OTEL_METRICS_EXEMPLAR_FILTER"] = "trace_based";
            variables["OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"] = "true";
            variables["OTEL_DOTNET_EXPERIMENTAL_ASPNETCORE_DISABLE_URL_QUERY_REDACTION"] = "true";
            variables["OTEL_DOTNET_EXPERIMENTAL_HTTPCLIENT_DISABLE_URL_QUERY_REDACTION"] = "true";
        }
    }

    public static void AddConsole(EnvironmentCallbackContext context)
    {
        if (context.ExecutionContext.IsPublishMode)
            return;
        context.EnvironmentVariables["DOTNET_SYSTEM_CONSOLE_ALLOW_ANSI_COLOR_REDIRECTION"] = "true";
        context.EnvironmentVariables["LOGGING__CONSOLE__FORMATTERNAME"] = "simple";
    }

    public static void AddLaunchProfile(EnvironmentCallbackContext context, LaunchProfile profile)
    {
        if (context.ExecutionContext.IsPublishMode)
            return;
        foreach (var (name, value) in profile.EnvironmentVariables)
            context.EnvironmentVariables.TryAdd(name, Environment.ExpandEnvironmentVariables(value));
        context.EnvironmentVariables.TryAdd("DOTNET_LAUNCH_PROFILE", profile.Name);
    }

    public static void AddUrls(EnvironmentCallbackContext context, IResourceWithEndpoints project)
    {
        var endpoints = project
            .Annotations.OfType<EndpointAnnotation>()
            .Where(e => e.UriScheme is "http" or "https")
            .ToList();
        if (endpoints.Count == 0)
            return;
        if (context.ExecutionContext.IsPublishMode)
        {
            AddPublishedPorts(context, project, endpoints);
            return;
        }

        var urls = new ReferenceExpressionBuilder();
        foreach (var endpoint in endpoints)
        {
            var reference = new EndpointReference(project, endpoint);
            urls.AppendLiteral((urls.IsEmpty ? "" : ";") + $"{endpoint.UriScheme}://{endpoint.TargetHost}:");
            urls.AppendFormatted(reference.Property(EndpointProperty.TargetPort));
        }

        context.EnvironmentVariables["ASPNETCORE_URLS"] = urls.Build();
        if (endpoints.Find(e => e.UriScheme == "https") is { } https)
            context.EnvironmentVariables["ASPNETCORE_HTTPS_PORT"] = new EndpointReference(project, https).Property(
                EndpointProperty.Port
            );
    }

    /// <summary>
    /// Where it is deployed, something stands before it that speaks TLS; a launch profile's ports are this machine's.
    /// </summary>
    private static void AddPublishedPorts(
        EnvironmentCallbackContext context,
        IResourceWithEndpoints project,
        List<EndpointAnnotation> endpoints
    )
    {
        context.EnvironmentVariables["ASPNETCORE_FORWARDEDHEADERS_ENABLED"] = "true";
        foreach (var endpoint in endpoints.Where(e => !e.FromLaunchProfile))
            context.EnvironmentVariables[$"{endpoint.UriScheme.ToUpperInvariant()}_PORTS"] = new EndpointReference(
                project,
                endpoint
            ).Property(EndpointProperty.TargetPort);
    }

    /// <summary>
    /// There is no dashboard here, but its settings may name another collector. Without one a project gets no address,
    /// so that its exporter does not call in vain.
    /// </summary>
    private static (string Url, string Protocol)? Collector(IDistributedApplicationBuilder builder)
    {
        if (builder is DistributedApplicationBuilder { DashboardDisabled: true })
            return null;

        var settings = builder.Configuration;
        return (settings["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] ?? settings["DOTNET_DASHBOARD_OTLP_ENDPOINT_URL"])
                is { Length: > 0 } grpc
                ? (grpc, "grpc")
            : (
                settings["ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"]
                ?? settings["DOTNET_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"]
            )
                is { Length: > 0 } http
                ? (http, "http/protobuf")
            : null;
    }
}

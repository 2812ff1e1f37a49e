using System.Collections;
using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

/// <summary>Asks a resource's annotations for its environment and arguments.</summary>
internal sealed class StartSettings(DistributedApplicationExecutionContext executionContext)
{
    /// <summary>
    /// What Aspire's orchestrator withholds from what it starts; a project gets them from its launch profile.
    /// </summary>
    private static readonly string[] s_withheld =
    [
        "ASPNETCORE_URLS",
        "ASPNETCORE_ENVIRONMENT",
        "DOTNET_ENVIRONMENT",
        "DOTNET_LAUNCH_PROFILE",
        "ASPIRE_LOGLEVEL",
    ];

    /// <summary>What a process finds in its environment: this process's, and what the resource was given.</summary>
    public async Task<IReadOnlyDictionary<string, string>> EnvironmentAsync(
        IResource resource,
        string instanceId,
        ILogger logger,
        CancellationToken cancellationToken
    )
    {
        var environment = Inherited();
        foreach (
            var (name, value) in await GivenEnvironmentAsync(resource, instanceId, logger, cancellationToken)
                .ConfigureAwait(false)
        )
            environment[name] = value;
        return environment;
    }

    /// <summary>This process's environment, for what it starts.</summary>
    public static Dictionary<string, string> Inherited() =>
        Environment
            .GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .Where(variable => !s_withheld.Contains((string)variable.Key))
            .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "");

    /// <summary>What the resource was given.</summary>
    public async Task<IReadOnlyDictionary<string, string>> GivenEnvironmentAsync(
        IResource resource,
        string instanceId,
        ILogger logger,
        CancellationToken cancellationToken
    )
    {
        var context = new EnvironmentCallbackContext(executionContext, resource, cancellationToken: cancellationToken)
        {
            Logger = logger,
        };
        foreach (var annotation in resource.Annotations.OfType<EnvironmentCallbackAnnotation>().ToList())
            await annotation.Callback(context).ConfigureAwait(false);

        var environment = new Dictionary<string, string>();
        foreach (var (name, value) in context.EnvironmentVariables)
        {
            if (await ResolveAsync(value, resource, cancellationToken).ConfigureAwait(false) is { } text)
                environment[name] = OfProcess(text, resource, instanceId);
        }

        return environment;
    }

    public async Task<IReadOnlyList<string>> ArgumentsAsync(
        IResource resource,
        string instanceId,
        ILogger logger,
        CancellationToken cancellationToken
    )
    {
        var context = new CommandLineArgsCallbackContext([], resource, cancellationToken)
        {
            ExecutionContext = executionContext,
            Logger = logger,
        };
        foreach (var annotation in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>().ToList())
            await annotation.Callback(context).ConfigureAwait(false);

        var arguments = new List<string>();
        foreach (var argument in context.Args)
        {
            if (await ResolveAsync(argument, resource, cancellationToken).ConfigureAwait(false) is { } text)
                arguments.Add(OfProcess(text, resource, instanceId));
        }

        return arguments;
    }

    /// <summary>Puts in what differs from process to process of a resource.</summary>
    private static string OfProcess(string text, IResource resource, string instanceId)
    {
        text = text.Replace(
            ProjectEnvironment.InstanceSuffix,
            instanceId[(resource.Name.Length + 1)..],
            StringComparison.Ordinal
        );
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>())
            text = text.Replace(
                endpoint.ProcessPort,
                endpoint.ProcessPorts[resource.ProcessIndex(instanceId)].ToString(CultureInfo.InvariantCulture),
                StringComparison.Ordinal
            );
        return text;
    }

    private async Task<string?> ResolveAsync(object? value, IResource caller, CancellationToken cancellationToken) =>
        value switch
        {
            null => null,
            string text => text,
            IValueProvider provider => await provider
                .GetValueAsync(
                    new ValueProviderContext { ExecutionContext = executionContext, Caller = caller },
                    cancellationToken
                )
                .ConfigureAwait(false),
            IResourceBuilder<IResource> { Resource: IValueProvider provider } => await provider
                .GetValueAsync(cancellationToken)
                .ConfigureAwait(false),
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString(),
        };
}

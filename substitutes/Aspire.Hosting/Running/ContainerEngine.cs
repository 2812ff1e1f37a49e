using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Aspire.Hosting;

/// <summary>A container that the engine has, of this AppHost.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Owner">The AppHost's process that has to remove it; empty for a persistent one.</param>
/// <param name="Configuration">How it was described.</param>
internal sealed record KnownContainer(string Name, string Owner, string Configuration);

/// <summary>What a command of the engine came to.</summary>
internal sealed record EngineAnswer(int ExitCode, IReadOnlyList<string> Output, IReadOnlyList<string> Errors)
{
    public string Reason => Errors.LastOrDefault(line => line.Length > 0) ?? $"exit code {ExitCode}";
}

/// <summary>
/// The container engine, by its command line: <c>docker</c>, or the program that <c>ASPIRE_CONTAINER_RUNTIME</c> names.
/// Every container has labels that say whose it is, so that one which an AppHost left when it was killed, and the
/// guardian with it, is removed by the next.
/// </summary>
internal sealed class ContainerEngine(string program, string appHostDirectory)
{
    private const string AppHostLabel = "aspire.apphost";
    private const string OwnerLabel = "aspire.owner";
    private const string ConfigurationLabel = "aspire.configuration";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_startTimePrecision = TimeSpan.FromSeconds(2);

    /// <summary>The same for every run of the AppHost.</summary>
    public string AppHostId { get; } = ContainerDescription.Hash(appHostDirectory);

    public string Program => program;

    /// <summary>The labels of a container that is made now.</summary>
    public string[] Labels(ContainerDescription container) =>
        [
            $"{AppHostLabel}={AppHostId}",
            .. container.IsPersistent ? Array.Empty<string>() : [$"{OwnerLabel}={ThisProcess()}"],
            $"{ConfigurationLabel}={container.Configuration}",
        ];

    /// <summary>The containers of this AppHost, running or not.</summary>
    /// <exception cref="DistributedApplicationException">There is no engine, or it does not answer.</exception>
    public async Task<IReadOnlyList<KnownContainer>> ListAsync(
        ProcessGuardian? guardian,
        CancellationToken cancellationToken
    )
    {
        if (ExecutablePath.Find(program, appHostDirectory) is null)
            throw new DistributedApplicationException(
                $"it is a container, and there is no container engine: the program '{program}' was not found."
            );

        const string format = $$$"""{{.Names}}|{{.Label "{{{OwnerLabel}}}"}}|{{.Label "{{{ConfigurationLabel}}}"}}""";
        var listed = await RunAsync(
                ["ps", "--all", "--filter", $"label={AppHostLabel}={AppHostId}", "--format", format],
                guardian,
                s_patience,
                cancellationToken
            )
            .ConfigureAwait(false);
        if (listed.ExitCode != 0)
            throw new DistributedApplicationException(
                $"it is a container, and the container engine does not answer: {listed.Reason}"
            );
        return
        [
            .. listed
                .Output.Select(line => line.Split('|'))
                .Where(fields => fields.Length == 3)
                .Select(fields => new KnownContainer(fields[0], fields[1], fields[2])),
        ];
    }

    /// <summary>
    /// Whether a container's owner is gone: it was killed, and nobody else will remove the container.
    /// </summary>
    public static bool IsLeftOver(KnownContainer container)
    {
        // Of another machine's processes nothing is known here.
        if (container.Owner.Split('/') is not [var machine, var id, var started] || machine != Environment.MachineName)
            return false;
        try
        {
            using var process = Process.GetProcessById(int.Parse(id, CultureInfo.InvariantCulture));
            return (
                    process.StartTime.ToUniversalTime()
                    - new DateTime(long.Parse(started, CultureInfo.InvariantCulture), DateTimeKind.Utc)
                ).Duration() > s_startTimePrecision;
        }
        catch (Exception ended) when (ended is ArgumentException or InvalidOperationException)
        {
            return true;
        }
    }

    /// <summary>Whether it was made by this process, for this description.</summary>
    public static bool IsOwn(KnownContainer known, ContainerDescription container) =>
        known.Configuration == container.Configuration && known.Owner == (container.IsPersistent ? "" : ThisProcess());

    public Task<EngineAnswer> RemoveAsync(string container, ProcessGuardian? guardian) =>
        RunAsync(["rm", "--force", "--volumes", container], guardian, s_patience, CancellationToken.None);

    /// <summary>Runs a command to its end.</summary>
    /// <param name="arguments">The command's.</param>
    /// <param name="guardian">Ends it if this process is killed.</param>
    /// <param name="patience">After this time it is killed; its exit code is not 0 then.</param>
    /// <param name="cancellationToken">Kills it.</param>
    /// <param name="environment">Variables beside those of this process.</param>
    /// <param name="write">Is passed its errors, which include what it tells of its progress.</param>
    /// <exception cref="DistributedApplicationException">It cannot be started.</exception>
    public async Task<EngineAnswer> RunAsync(
        IReadOnlyList<string> arguments,
        ProcessGuardian? guardian,
        TimeSpan patience,
        CancellationToken cancellationToken,
        IReadOnlyDictionary<string, string>? environment = null,
        Action<string>? write = null
    )
    {
        var (output, errors) = (new ConcurrentQueue<string>(), new ConcurrentQueue<string>());
        var command = Start(
            arguments,
            guardian,
            (line, isError) =>
            {
                (isError ? errors : output).Enqueue(line);
                if (isError)
                    write?.Invoke(line);
            },
            environment
        );
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(patience);
        try
        {
            await command.Exited.WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            command.Kill();
            await command.Exited.ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            errors.Enqueue($"'{program} {arguments[0]}' did not end within {patience.TotalSeconds:0} s.");
        }
        return new(command.Exited.Result, [.. output], [.. errors]);
    }

    /// <summary>Starts a command.</summary>
    public ChildProcess Start(
        IReadOnlyList<string> arguments,
        ProcessGuardian? guardian,
        Action<string, bool> write,
        IReadOnlyDictionary<string, string>? environment = null
    )
    {
        var variables = StartSettings.Inherited();
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            variables[name] = value;
        return ChildProcess.Start(new(program, arguments, Path.GetTempPath(), variables), guardian, write);
    }

    private static string ThisProcess()
    {
        using var process = Process.GetCurrentProcess();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Environment.MachineName}/{process.Id}/{process.StartTime.ToUniversalTime().Ticks}"
        );
    }
}

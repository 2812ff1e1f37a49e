using System.Text.RegularExpressions;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Aspire.Hosting;

/// <summary>
/// Prints what the resources' processes print, each line with its resource's name before it, as in <c>ingest |
/// text</c>. A line is written whole, so lines of several processes never mix. Tests get the lines in the application's
/// log instead.
/// </summary>
internal sealed partial class ConsoleLog
{
    private static readonly int[] s_colours = [36, 33, 32, 35, 34, 96, 93, 92, 95, 94];

    private readonly Dictionary<string, (string Name, int Colour)> _resources = new(StringComparer.OrdinalIgnoreCase);
    private readonly int _width;
    private readonly bool _coloured;
    private readonly TextWriter _console;

    public ConsoleLog(DistributedApplicationModel model, TextWriter console, bool coloured)
    {
        _console = console;
        _coloured = coloured;
        foreach (
            var resource in model.Resources.Where(r =>
                r.IsProcess() || r.Annotations.OfType<InstanceIdsAnnotation>().Any()
            )
        )
        {
            var ids = resource.InstanceIds();
            foreach (var (index, id) in ids.Index())
                _resources[id] = (
                    ids.Count == 1 ? resource.Name : $"{resource.Name}-{index}",
                    s_colours[_resources.Count % s_colours.Length]
                );
        }

        _width = _resources.Values.Select(r => r.Name.Length).DefaultIfEmpty(0).Max();
    }

    public static void Attach(
        ResourceLoggerService loggers,
        DistributedApplicationModel model,
        ILoggerFactory loggerFactory,
        string applicationName,
        IOptions<RunOptions> options
    )
    {
        if (options.Value.PrintResourceLogs)
        {
            var coloured =
                !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
            loggers.Written += new ConsoleLog(model, Console.Out, coloured).Print;
        }

        if (options.Value.ForwardResourceLogs)
        {
            var names = model
                .Resources.SelectMany(r => r.InstanceIds(), (r, id) => (id, r.Name))
                .ToDictionary(r => r.id, r => r.Name);
            loggers.Written += (id, line) =>
            {
                var logger = loggerFactory.CreateLogger(
                    $"{applicationName}.Resources.{names.GetValueOrDefault(id, id)}"
                );
                if (line.IsErrorMessage)
                    logger.ResourceErrorLine(line.Content);
                else
                    logger.ResourceLine(line.Content);
            };
        }
    }

    public void Print(string resourceId, LogLine line)
    {
        var (name, colour) = _resources.GetValueOrDefault(resourceId, (resourceId, s_colours[0]));
        var prefix = name.PadRight(_width) + " | ";
        _console.Write(
            _coloured
                ? $"\e[{colour}m{prefix}\e[0m{line.Content}\e[0m{Environment.NewLine}"
                : prefix + Escapes().Replace(line.Content, "") + Environment.NewLine
        );
    }

    /// <summary>Projects colour their lines also when redirected, as Aspire tells them to.</summary>
    [GeneratedRegex(@"\e\[[0-9;]*[A-Za-z]")]
    private static partial Regex Escapes();
}

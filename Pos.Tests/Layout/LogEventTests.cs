using System.Reflection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Pos.Tests.Layout;

/// <summary>An event id names one event of a service, so that operators can filter and alarm on it.</summary>
[Fast]
public sealed class LogEventTests
{
    [Theory]
    [InlineData("Pos.Ingest")]
    [InlineData("Pos.Processor")]
    [InlineData("Pos.Lookup")]
    [InlineData("Pos.Ui")]
    public void Event_ids_of_a_service_are_unique(string service)
    {
        var messages = Messages(service);
        Assert.NotEmpty(messages);
        Assert.Empty(
            messages
                .GroupBy(message => message.EventId)
                .Where(sameId => sameId.Count() > 1)
                .Select(sameId => $"{sameId.Key}: {string.Join(" / ", sameId.Select(message => message.Message))}")
        );
    }

    private static List<LoggerMessageAttribute> Messages(string service) =>
        [
            .. Assembly
                .Load(service)
                .GetTypes()
                .SelectMany(type =>
                    type.GetMethods(
                        BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic
                    )
                )
                .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
                .OfType<LoggerMessageAttribute>(),
        ];
}

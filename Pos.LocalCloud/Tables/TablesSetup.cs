using Microsoft.Extensions.DependencyInjection.Extensions;
using Pos.LocalCloud.Protocol;
using Pos.LocalCloud.Tables.Control;
using Pos.LocalCloud.Tables.Definitions;
using Pos.LocalCloud.Tables.Expressions;
using Pos.LocalCloud.Tables.Keys;
using Pos.LocalCloud.Tables.Limits;
using Pos.LocalCloud.Tables.Operations;
using Pos.LocalCloud.Tables.Storage;

namespace Pos.LocalCloud.Tables;

internal static class TablesSetup
{
    public static void AddTables(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.TryAddSingleton<IItemStore, MemoryItemStore>();
        services.AddSingleton<KeyLocks>();
        services.AddSingleton<TableCatalog>();
        services.AddSingleton<TableLimits>();
        services.AddSingleton<ExpressionCache>();
        services.AddSingleton<WritePreparation>();
        services.AddSingleton<WriteEngine>();
        services.AddSingleton<ItemCollections>();
        services.AddSingleton<WriteOperations>();
        services.AddSingleton<ReadOperations>();
        services.AddSingleton<ReadBarrier>();
        services.AddSingleton<PageReader>();
        services.AddSingleton<PageAnswer>();
        services.AddSingleton<QueryOperation>();
        services.AddSingleton<ScanOperation>();
        services.AddSingleton<BatchWriteOperation>();
        services.AddSingleton<BatchGetOperation>();
        services.AddSingleton<TableDescription>();
        services.AddSingleton<TableOperations>();
        services.AddSingleton<TagOperations>();
        services.AddSingleton<IAwsJsonService, DynamoDbService>();
    }
}

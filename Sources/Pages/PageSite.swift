package import WebCore

/// What every page is given: what all routes have, and what browsers fetch beside pages.
@dynamicMemberLookup
package struct PageSite: Sendable {
    package let core: SiteContext
    package let assets: PageAssets

    package init(core: SiteContext) {
        self.core = core
        assets = PageAssets(vendor: core.configuration.assetFolder)
    }

    package subscript<Value>(dynamicMember member: KeyPath<SiteContext, Value>) -> Value {
        core[keyPath: member]
    }
}
